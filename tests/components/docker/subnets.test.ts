import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { expect, test } from "vitest";
import { assignSubnets, freeRange, overlaps } from "../../../components/docker/subnets.ts";

const NAMES = ["shop-dev-api", "shop-dev-db", "shop-dev-cache"];

test("the same names get the same subnets, in any order and beside others", () => {
  const plan = assignSubnets({ names: NAMES, kept: {}, taken: [] });
  expect(plan).toEqual(assignSubnets({ names: [...NAMES].reverse(), kept: {}, taken: [] }));
  const more = assignSubnets({ names: [...NAMES, "shop-dev-media"], kept: {}, taken: [] });
  for (const name of NAMES) expect(more[name]).toBe(plan[name]);
  for (const subnet of Object.values(plan)) expect(subnet).toMatch(/^10\.83\.\d+\.\d+\/27$/);
});

test("a network keeps its subnet, even in another range", () => {
  const kept = { "shop-dev-db": "172.30.4.0/24" };
  const plan = assignSubnets({ names: NAMES, kept, taken: [] });
  expect(plan["shop-dev-db"]).toBe("172.30.4.0/24");
});

test("nothing that others use is touched, and nothing is given twice", () => {
  const octet = fc.integer({ min: 0, max: 255 });
  const range = fc.tuple(octet, octet, fc.integer({ min: 16, max: 30 }));
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 40 }),
      fc.array(range, { maxLength: 8 }),
      (parts, ranges) => {
        const names = parts.map((part) => `shop-dev-${part}`);
        // A sixteenth of the range at most, so that there is room.
        const taken = ranges.map(([b, c, bits]) => `10.83.${b}.${c}/${Math.max(bits, 20)}`);
        const subnets = Object.values(assignSubnets({ names, range: "10.83.0.0/16", kept: {}, taken }));
        expect(subnets).toHaveLength(names.length);
        for (const [index, subnet] of subnets.entries()) {
          expect(ipaddr.IPv4.isValidCIDR(subnet)).toBe(true);
          expect(overlaps(subnet, taken)).toBe(false);
          expect(overlaps(subnet, subnets.slice(index + 1))).toBe(false);
        }
      },
    ),
    { seed: 3, numRuns: 200 },
  );
});

test("the first candidate range that is free is taken, and the one in use is kept", () => {
  expect(freeRange([], [])).toBe("10.83.0.0/16");
  expect(freeRange(["10.0.0.0/8"], [])).toBe("172.29.0.0/16");
  expect(freeRange([], ["10.211.3.0/27"])).toBe("10.211.0.0/16");
});

test("no room is said with the range", () => {
  const full = { names: ["a"], range: "10.83.0.0/20", kept: {}, taken: ["10.83.0.0/16"] };
  expect(() => assignSubnets(full)).toThrow(new RangeError("no free /27 is left in 10.83.0.0/20"));
  expect(() => freeRange(["0.0.0.0/0"], [])).toThrow(
    new RangeError(
      "every candidate range is in use on this host: 10.83.0.0/16, 10.147.0.0/16, 10.211.0.0/16, 172.29.0.0/16, 192.168.208.0/20",
    ),
  );
});

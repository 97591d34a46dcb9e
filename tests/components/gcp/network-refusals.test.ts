/** Networks that are refused before anything is made, how addresses are cut, and what is done otherwise. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contains, overlaps, planAddresses, textOf } from "../../../components/gcp/network/addresses.ts";
import { differencesOfNetwork, refuseNetwork } from "../../../components/gcp/network/refusals.ts";
import type { App } from "../../../src/config/model.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { makeApp, makePostgres, makeRedis, makeService, makeWeb } from "../../helpers/app.ts";
import { makeGcp } from "../../helpers/gcp.ts";

const refusals = (app: App, cidr = "10.10.0.0/16") =>
  refuseNetwork(app, makeGcp(app, { cidr }).settings).map(formatProblem);

describe("addresses", () => {
  test.each([
    ["10.10.0.0/16", ["10.10.0.0/20", "10.10.16.0/20"], "10.10.128.0/17"],
    ["10.10.16.0/20", ["10.10.16.0/24", "10.10.17.0/24"], "10.10.24.0/21"],
    ["10.0.0.0/8", ["10.0.0.0/12", "10.16.0.0/12"], "10.128.0.0/16"],
    ["192.168.0.0/16", ["192.168.0.0/20", "192.168.16.0/20"], "192.168.128.0/17"],
  ])("of %s", (cidr, subnets, services) => {
    const plan = planAddresses({ cidr }, ["one", "two"]);
    expect(Object.values(plan.subnets)).toEqual(subnets);
    expect(textOf(plan.services)).toBe(services);
  });

  test("a region that is added moves no other", () => {
    const before = planAddresses({ cidr: "10.10.0.0/16" }, ["one", "two"]).subnets;
    expect(planAddresses({ cidr: "10.10.0.0/16" }, ["one", "two", "three"]).subnets).toMatchObject(before);
  });

  test("lie in the range, apart from each other, and leave Cloud Run its /26 (any range)", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 8, max: 20 }), (octet, prefix) => {
        const cidr =
          prefix <= 16
            ? `10.${octet & (256 - 2 ** (16 - Math.min(prefix, 16)))}.0.0/${prefix}`
            : `10.${octet}.0.0/${prefix}`;
        const regions = ["a", "b", "c", "d", "e", "f", "g", "h"];
        const plan = planAddresses({ cidr }, regions);
        const all = [...Object.values(plan.subnets), textOf(plan.services)];
        for (const [index, range] of all.entries()) {
          expect(contains(cidr, range)).toBe(true);
          expect(Number(range.split("/")[1])).toBeLessThanOrEqual(26);
          for (const other of all.slice(index + 1)) expect(overlaps(range, other)).toBe(false);
        }
      }),
    );
  });
});

describe("a range is refused", () => {
  test.each(["10.10.0.0/16", "172.16.0.0/16", "172.18.0.0/16", "192.168.0.0/16", "100.64.0.0/16"])(
    "not when it is %s",
    (cidr) => {
      expect(refusals(makeApp(), cidr)).toEqual([]);
    },
  );

  test.each([
    [
      "10.10.3.0/16",
      "settings.cidr: 10.10.3.0/16 does not begin where such a range begins; write 10.10.0.0/16",
    ],
    [
      "8.8.0.0/16",
      "settings.cidr: 8.8.0.0/16 is not a private range; allowed: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10; write for instance 10.10.0.0/16",
    ],
    [
      "172.17.0.0/16",
      "settings.cidr: 172.17.0.0/16 overlaps 172.17.0.0/16, which Cloud SQL and Docker use themselves; write for instance 10.10.0.0/16",
    ],
    [
      "172.16.0.0/12",
      "settings.cidr: 172.16.0.0/12 overlaps 172.17.0.0/16, which Cloud SQL and Docker use themselves; write for instance 10.10.0.0/16",
    ],
  ])("%s", (cidr, message) => {
    expect(refusals(makeApp(), cidr)).toEqual([message]);
  });
});

test("more regions than a network has room for are refused", () => {
  const regions = ["a", "b", "c", "d", "e", "f", "g", "h"].map((letter) => `us-${letter}1`);
  expect(refusals(makeApp({ regions: regions.slice(0, 7) }))).toEqual([]);
  expect(refusals(makeApp({ regions }))).toEqual([
    "regions: 9 regions do not fit into one network; allowed: up to 8; remove regions, or spread them over two stacks",
  ]);
});

test("a host that nobody can look up is refused", () => {
  const app = makeApp({ services: { api: makeService({ egress: ["api.openai.com", "localhost:9000"] }) } });
  expect(refusals(app)).toEqual([
    "services.api.egress.1: localhost:9000 is no name that Google's firewall can look up; write a full name such as api.example.com",
  ]);
});

test("names that something of ours would share are refused", () => {
  const services = { "a--b": makeService(), "db-setup": makeService(), "cache-setup": makeService() };
  expect(refusals(makeApp({ services, data: { db: makePostgres(), cache: makeRedis() } }))).toEqual([
    "services.a--b: two hyphens in a row are for names of what belongs to a part; call it a-b",
    "services.db-setup: is what the job that sets db up is called; call it db-prepare for instance",
  ]);
});

describe("what is done otherwise is said", () => {
  const differences = (app: App, instances?: readonly string[]) =>
    differencesOfNetwork(app, makeGcp(app).settings, instances);
  const NAMES =
    "services.*.egress: a name opens the up to 32 addresses that it has at the moment; what else answers there can be called, too";
  const build = makeService({
    source: { type: "build", context: "/srv", dockerfile: "Dockerfile", args: {} },
  }).source;
  const services = {
    api: makeWeb({ source: build, egress: ["api.openai.com", "sentry.io"] }),
    web: makeWeb({ source: build, egress: ["sentry.io"] }),
    model: makeWeb({ source: build }),
  };

  test("nothing where nobody calls out", () => {
    expect(differences(makeApp({ services: { model: services.model } }))).toEqual([]);
  });

  test("names are addresses", () => {
    expect(differences(makeApp({ services: { web: services.web } }))).toEqual([NAMES]);
  });

  test("lists are shared on Cloud Run", () => {
    expect(differences(makeApp({ services }))).toEqual([
      NAMES,
      "services.*.egress: Cloud Run's services share one list of hosts, because Google's firewall tells them apart by address alone; api, web may each call api.openai.com, sentry.io",
    ]);
  });

  test("nothing is shared where all lists are the same, or on instances", () => {
    const same = { api: services.web, web: services.web };
    expect(differences(makeApp({ services: same }))).toEqual([NAMES]);
    expect(differences(makeApp({ services }), ["api", "web", "model"])).toEqual([NAMES]);
  });

  test("a machine fetches its image where it lies", () => {
    const source = makeService({
      source: { type: "image", reference: "ghcr.io/acme/api:1", registry: "ghcr.io", repository: "acme/api" },
    }).source;
    const app = makeApp({ services: { api: makeWeb({ source }) } });
    expect(differences(app, ["api"])).toEqual([
      "services.api.egress: the machine fetches its image from ghcr.io, pkg-containers.githubusercontent.com, so that the service may call them, too; an image in Artifact Registry needs none of it",
    ]);
    expect(differences(app)).toEqual([]);
  });

  test("a port is open to the network when a job uses it", () => {
    const app = makeApp({
      services: { model: services.model, index: makeService({ kind: "job", uses: { model: "read" } }) },
    });
    expect(differences(app, ["model"])).toEqual([
      "services.model: port 8080 is open to everything in the network, because index on Cloud Run can't be told from the rest",
    ]);
    expect(differences(app)).toEqual([]);
  });
});

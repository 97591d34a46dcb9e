import { describe, expect, test } from "vitest";
import { diskTypeOf, isArm, machineOf, sizeOf } from "../../../../components/gcp/compute/machine.ts";
import { cores, gibibytes, mebibytes, seconds } from "../../../../src/config/units.ts";

const metrics = { port: 9092, path: "/metrics", every: seconds(15), declares: {} };

describe("the cheapest machine that fits", () => {
  test.each([
    // cpu, GiB of memory, with the allowance of 512 MiB for the system
    [0.25, 0.5, "e2-micro"],
    [0.5, 0.5, "e2-small"],
    [1, 2, "e2-medium"],
    [1, 3.5, "e2-medium"],
    [2, 1, "e2-highcpu-2"],
    [2, 2, "e2-custom-2-2560"],
    [2, 7.5, "e2-standard-2"],
    [4, 15.5, "e2-standard-4"],
    [3, 4, "e2-custom-4-4608"],
    [16, 120, "e2-highmem-16"],
    [64, 64, "n2-custom-64-66048"],
    [96, 700, "n2-highmem-96"],
  ])("cpu %d and %dGi take %s", (cpu, memory, type) => {
    expect(machineOf({ cpu: cores(cpu), memory: gibibytes(memory) })?.type).toBe(type);
  });

  test("leaves room for the collector of a service with metrics", () => {
    const size = { cpu: cores(0.25), memory: mebibytes(512) };
    expect(machineOf(size)?.type).toBe("e2-micro");
    expect(machineOf({ ...size, metrics })?.type).toBe("e2-small");
  });

  test("is none where no machine is large enough", () => {
    expect(machineOf({ cpu: cores(200), memory: gibibytes(4) })).toBeUndefined();
    expect(machineOf({ cpu: cores(2), memory: gibibytes(2000) })).toBeUndefined();
  });
});

describe("CG-04: a machine by name", () => {
  test("n1-standard-2 and n1-standard-4 have their sizes", () => {
    const size = { cpu: cores(1), memory: gibibytes(1) };
    expect(machineOf(size, "n1-standard-2")).toEqual({
      type: "n1-standard-2",
      cpu: cores(2),
      memory: gibibytes(7.5),
    });
    expect(machineOf(size, "n1-standard-4")).toEqual({
      type: "n1-standard-4",
      cpu: cores(4),
      memory: gibibytes(15),
    });
  });

  test.each([
    ["e2-small", 0.5, 2],
    ["e2-custom-2-2560", 2, 2.5],
    ["n2-highmem-8", 8, 64],
    ["custom-6-20480", 6, 20],
    ["n2-custom-8-131072-ext", 8, 128],
    ["a2-highgpu-1g", 12, 85],
  ])("%s has cpu %d and %dGi", (type, cpu, memory) => {
    expect(sizeOf(type)).toEqual({ type, cpu: cores(cpu), memory: gibibytes(memory) });
  });

  test("a family that is not listed is taken as it is", () => {
    const size = { cpu: cores(1), memory: gibibytes(1) };
    expect(machineOf(size, "z3-highlssd-88")).toEqual({ type: "z3-highlssd-88" });
  });
});

describe("gpus", () => {
  const size = { cpu: cores(4), memory: gibibytes(14) };

  test("an L4 comes with a g2 machine", () => {
    expect(machineOf({ ...size, gpu: { kind: "nvidia-l4", count: 1 } })).toEqual({
      type: "g2-standard-4",
      cpu: cores(4),
      memory: gibibytes(16),
    });
    expect(machineOf({ ...size, gpu: { kind: "nvidia-l4", count: 2 } })?.type).toBe("g2-standard-24");
  });

  test("a T4 is attached to an n1 machine", () => {
    expect(machineOf({ ...size, gpu: { kind: "nvidia-tesla-t4", count: 1 } })).toEqual({
      type: "n1-standard-4",
      cpu: cores(4),
      memory: gibibytes(15),
      accelerator: { type: "nvidia-tesla-t4", count: 1 },
    });
  });

  test("one that nobody knows fits nothing", () => {
    expect(machineOf({ ...size, gpu: { kind: "abacus", count: 1 } })).toBeUndefined();
    expect(machineOf({ ...size, gpu: { kind: "nvidia-l4", count: 3 } })).toBeUndefined();
  });
});

test("Arm processors and hyperdisks are known by the family", () => {
  expect(["t2a-standard-1", "c4a-standard-2", "n2-standard-2"].map(isArm)).toEqual([true, true, false]);
  expect(["n4-standard-2", "n1-standard-2", "e2-small"].map(diskTypeOf)).toEqual([
    "hyperdisk-balanced",
    "pd-balanced",
    "pd-balanced",
  ]);
});

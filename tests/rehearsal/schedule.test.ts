/** When operations begin and end: as the longest chain says where nothing else limits them. */
import { describe, expect, it } from "vitest";
import { noise } from "../../bench/faults/matrix.ts";
import type { StateResource } from "../../engine/recovery/state.ts";
import { PLAIN } from "../../rehearsal/behaviour.ts";
import { behaviours } from "../../rehearsal/behaviours.ts";
import { longestChain } from "../../rehearsal/critical-path.ts";
import { type ScheduleOptions, scheduleOf } from "../../rehearsal/schedule.ts";

const urnOf = (name: string, type = "a:b:C") => `urn:pulumi:prod::shop::${type}::${name}`;
const resource = (name: string, ...after: string[]): StateResource => ({
  urn: urnOf(name),
  type: "a:b:C",
  custom: true,
  dependencies: after.map((one) => urnOf(one)),
});
const SECONDS: Readonly<Record<string, number>> = { database: 600, image: 120, service: 40, edge: 15 };
const behaviour = { ...PLAIN, seconds: () => 10 };
const ALL = [
  resource("edge", "service"),
  resource("service", "database", "image"),
  resource("database"),
  resource("image"),
];
const create = (resources: readonly StateResource[]) =>
  resources.map(({ urn }) => ({ verb: "create" as const, urn }));
const timed = (resources: readonly StateResource[]): ScheduleOptions["behaviour"] => {
  const types = new Map(resources.map(({ urn, type }) => [type, SECONDS[urn.split("::").at(-1) ?? ""] ?? 1]));
  return { ...PLAIN, seconds: (type) => types.get(type) ?? 1 };
};
/** Types as different as names, so that times can be. */
const own = (resources: readonly StateResource[]): StateResource[] =>
  resources.map((one) => {
    const name = one.urn.split("::").at(-1) ?? "";
    const rename = (urn: string) => urn.replace("a:b:C", `a:b:${urn.split("::").at(-1)}`);
    return {
      ...one,
      urn: rename(one.urn),
      type: `a:b:${name}`,
      dependencies: (one.dependencies ?? []).map(rename),
    };
  });

describe("the predicted time", () => {
  it("is the longest chain when any number runs side by side", () => {
    const resources = own(ALL);
    const { seconds, path } = scheduleOf({
      operations: create(resources),
      resources,
      behaviour: timed(resources),
    });
    expect([seconds, path.map(({ name }) => name)]).toEqual([655, ["database", "service", "edge"]]);
  });

  it("agrees with the longest chain on any graph", () => {
    for (let seed = 1; seed < 40; seed++) {
      const names = Array.from({ length: 30 }, (_, at) => `n${at}`);
      const resources = own(
        names.map((name, at) =>
          resource(name, ...names.slice(0, at).filter((_, before) => noise(seed * 31 + at, before) > 0.85)),
        ),
      );
      const seconds = (type: string) => Math.ceil(noise(seed, Number(type.slice(5))) * 100);
      const { seconds: predicted } = scheduleOf({
        operations: create(resources),
        resources,
        behaviour: { ...PLAIN, seconds },
      });
      const waiting = resources.map(({ urn, type, dependencies = [] }) => ({
        id: urn,
        type,
        after: dependencies,
      }));
      expect(predicted).toBe(longestChain(waiting, ({ type }) => seconds(type)).seconds);
    }
  });

  it("grows when fewer run side by side", () => {
    const resources = ["a", "b", "c", "d"].map((name) => resource(name));
    const at = (parallel: number) =>
      scheduleOf({ operations: create(resources), resources, behaviour, parallel }).seconds;
    expect([at(4), at(3), at(2), at(1)]).toEqual([10, 20, 20, 40]);
  });

  it("takes what is gone after its users, and what was replaced after everything new", () => {
    const removal = ALL.map(({ urn }) => ({ verb: "delete" as const, urn }));
    const gone = scheduleOf({ operations: removal, resources: ALL, behaviour }).steps;
    expect(gone.map(({ name }) => name)).toEqual(["edge", "service", "database", "image"]);
    const replaced = [
      { verb: "create" as const, urn: urnOf("database") },
      { verb: "update" as const, urn: urnOf("service") },
      { verb: "delete" as const, urn: urnOf("database") },
    ];
    const steps = scheduleOf({ operations: replaced, resources: ALL, behaviour }).steps;
    expect(steps.map(({ verb, name, start }) => [verb, name, start])).toEqual([
      ["create", "database", 0],
      ["update", "service", 10],
      ["delete", "database", 20],
    ]);
  });

  it("takes what has a fixed name away before its successor is made", () => {
    const operations = [
      { verb: "delete" as const, urn: urnOf("database") },
      { verb: "create" as const, urn: urnOf("database") },
    ];
    const { steps } = scheduleOf({ operations, resources: ALL, behaviour });
    expect(steps.map(({ verb, start }) => [verb, start])).toEqual([
      ["delete", 0],
      ["create", 10],
    ]);
  });

  it("has a service wait until what its account was granted holds", () => {
    const account = "api@acme.iam.gserviceaccount.com";
    const [grant, service] = [
      urnOf("reads", "gcp:secretmanager/secretIamMember:SecretIamMember"),
      urnOf("api", "gcp:cloudrunv2/service:Service"),
    ];
    const resources: StateResource[] = [
      {
        urn: grant,
        type: "gcp:secretmanager/secretIamMember:SecretIamMember",
        inputs: { member: `serviceAccount:${account}` },
      },
      {
        urn: service,
        type: "gcp:cloudrunv2/service:Service",
        inputs: { template: { serviceAccount: account } },
        dependencies: [grant],
      },
    ];
    const google = behaviours({ settings: { project: "acme" } });
    const { steps } = scheduleOf({ operations: create(resources), resources, behaviour: google });
    expect(steps.map(({ start, end }) => [start, end])).toEqual([
      [0, 5],
      [65, 105],
    ]);
  });

  it("counts nothing that failed", () => {
    const operations = [{ verb: "create" as const, urn: urnOf("database"), error: "500" }];
    expect(scheduleOf({ operations, resources: ALL, behaviour }).seconds).toBe(0);
  });
});

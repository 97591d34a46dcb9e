/** Failures on purpose: how they are written, whom they strike, and what is refused. */
import { describe, expect, it, test } from "vitest";
import { CloudError } from "../../rehearsal/cloud.ts";
import { FAULT_KINDS, Faults, parseFault, refuseIdle } from "../../rehearsal/faults.ts";
import { Operations } from "../../rehearsal/operations.ts";
import { failureOf } from "../helpers/failure.ts";

const urn = (type: string, name: string) => `urn:pulumi:prod::shop::atelier:gcp:Postgres$${type}::${name}`;
const SQL = urn("gcp:sql/databaseInstance:DatabaseInstance", "db");
const USER = urn("gcp:sql/user:User", "app");

const operate = async (faults: Faults, asked: readonly (readonly ["create" | "delete", string])[]) => {
  const done: string[] = [];
  const operations = new Operations({ faults });
  for (const [verb, one] of asked) {
    await operations
      .run(verb, one, () => done.push(one))
      .catch((error: unknown) => {
        if (!(error instanceof CloudError)) throw error;
      });
  }
  return { done, log: operations.log };
};

describe("a failure", () => {
  it("strikes the first attempt at each that it matches", async () => {
    const { done, log } = await operate(new Faults([parseFault("gcp:sql*:create:500")]), [
      ["create", SQL],
      ["create", USER],
      ["create", SQL],
      ["delete", SQL],
    ]);
    expect(done).toEqual([SQL, SQL]);
    expect(log.map(({ error }) => error !== undefined)).toEqual([true, true, false, false]);
  });

  it("strikes the one that is counted, and no other", async () => {
    const faults = new Faults([parseFault("*:create:429@2")]);
    const { done } = await operate(faults, [
      ["create", SQL],
      ["create", USER],
      ["create", USER],
    ]);
    expect(done).toEqual([SQL, USER]);
    expect(faults.strikes).toBe(1);
  });

  it("takes the logical name as well as the type", async () => {
    const { done } = await operate(new Faults([parseFault("app:create:timeout")]), [
      ["create", SQL],
      ["create", USER],
    ]);
    expect(done).toEqual([SQL]);
  });

  it("comes after it was done where the answer is lost", async () => {
    const { done, log } = await operate(new Faults([parseFault("*:*:lost")]), [["create", SQL]]);
    expect(done).toEqual([SQL]);
    expect(log[0]?.error).toContain("no answer came");
  });
});

describe("a pattern that is wrong is refused:", () => {
  test.each([
    ["gcp:sql*", "--fail: gcp:sql*: is not TYPE:VERB:FAILURE; allowed: gcp:sql*:create:429; "],
    ["a", "--fail: a: is not TYPE:VERB:FAILURE; allowed: gcp:sql*:create:429; "],
    [
      "a:make:500",
      "--fail: a:make:500: make is not an operation; allowed: create, update, delete, read, *; ",
    ],
    ["a:create:404", "--fail: a:create:404: 404 is not a failure; allowed: 429, 500, timeout, lost; "],
    ["a:create:500@0", "--fail: a:create:500@0: @0 is not a number of an operation; allowed: @1, @2, …; "],
  ])("%s", (text, message) => {
    expect(failureOf(() => parseFault(text))).toBe(`${message}write --fail 'gcp:sql*:create:429'`);
  });

  it("one that meets nothing", () => {
    const operations = [{ verb: "create", type: "gcp:sql/user:User", name: "app" }] as const;
    expect(failureOf(() => refuseIdle([parseFault("aws:*:create:500")], operations))).toBe(
      "--fail: aws:*:create:500 meets no operation; allowed: gcp:sql/user:User:create; change the pattern",
    );
    expect(failureOf(() => refuseIdle([parseFault("*:create:500@2")], operations))).toBe(
      "--fail: *:create:500@2 meets 1 operations, so there is no @2; allowed: gcp:sql/user:User:create; change the pattern",
    );
    expect(failureOf(() => refuseIdle([parseFault("*:create:500")], operations))).toBe("no failure");
  });

  it("knows four kinds", () => expect([...FAULT_KINDS].sort()).toEqual(["429", "500", "lost", "timeout"]));
});

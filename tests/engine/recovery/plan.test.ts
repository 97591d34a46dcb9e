/** How a state changes after an operation that was cut off. */
import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { isUnsure } from "../../../engine/recovery/journal.ts";
import { isStale } from "../../../engine/recovery/lock.ts";
import { candidates, type Doubt, doubtsIn, settle } from "../../../engine/recovery/plan.ts";
import { resourcesOf, type State, type StateResource } from "../../../engine/recovery/state.ts";

const urn = (name: string) => `urn:pulumi:prod::shop::gcp:sql/user:User::${name}`;
const resource = (name: string, more: Partial<StateResource> = {}): StateResource => ({
  urn: urn(name),
  type: "gcp:sql/user:User",
  custom: true,
  inputs: { name },
  ...more,
});
const stateWith = (
  resources: StateResource[],
  pending: State["deployment"]["pending_operations"] = [],
): State => ({
  version: 3,
  deployment: { manifest: { time: "2026-11-01T12:00:00Z" }, resources, pending_operations: pending },
});
const since = new Date("2026-11-01T11:30:00Z");
const created = (name: string, found: Doubt["found"]): Doubt => ({
  verb: "create",
  resource: resource(name),
  since,
  ...(found !== undefined && { found }),
});
const namesIn = (state: State) =>
  resourcesOf(state).map((one) =>
    `${one.urn.split("::").at(-1)} ${one.id ?? ""}${one.delete ? " goes" : ""}`.trim(),
  );

describe("what is in doubt", () => {
  it("is what Pulumi has begun and not ended, and what failed without an answer, once each", () => {
    const state = stateWith(
      [],
      [
        { type: "creating", resource: resource("a") },
        { type: "deleting", resource: resource("b") },
      ],
    );
    const lost = [{ verb: "create" as const, resource: resource("a"), since: "2026-11-01T10:00:00Z" }];
    expect(doubtsIn(state, lost).map((one) => [one.verb, one.resource.urn])).toEqual([
      ["create", urn("a")],
      ["delete", urn("b")],
    ]);
  });

  it("is no component: there is nothing of it in a cloud", () => {
    expect(
      doubtsIn(stateWith([], [{ type: "creating", resource: resource("a", { custom: false }) }]), []),
    ).toEqual([]);
  });
});

describe("a create that was cut off", () => {
  it("goes into the state under the id that it would have", () => {
    const state = stateWith([resource("x", { id: "x" })]);
    expect(namesIn(candidates(state, [created("a", { id: "a//db" })]))).toEqual(["x x", "a a//db"]);
  });

  it("takes the place of what it was to replace, which goes later", () => {
    const state = stateWith([resource("a", { id: "old" }), resource("x", { id: "x" })]);
    expect(namesIn(candidates(state, [created("a", { id: "new" })]))).toEqual(["a new", "x x", "a old goes"]);
  });

  it("changes nothing when it is not there, or known already", () => {
    const state = stateWith([resource("a", { id: "a" })]);
    expect(candidates(state, [created("b", "absent")])).toBe(state);
    expect(candidates(state, [created("a", { id: "a" })])).toBe(state);
  });

  it("gives the place back when the engine did not find it", () => {
    const supposed = candidates(stateWith([resource("a", { id: "old" })]), [created("a", { id: "new" })]);
    const read = stateWith(resourcesOf(supposed).filter(({ id }) => id !== "new"));
    const { state, said } = settle(read, [created("a", { id: "new" })]);
    expect(namesIn(state)).toEqual(["a old"]);
    expect(said).toEqual(["a (gcp:sql/user:User): its making was cut off before it was there"]);
  });

  it("is not pending any more once it was found", () => {
    const read = stateWith([resource("a", { id: "new" })], [{ type: "creating", resource: resource("a") }]);
    const { state, said } = settle(read, [created("a", { id: "new" })]);
    expect(state.deployment.pending_operations).toEqual([]);
    expect(said).toEqual(["a (gcp:sql/user:User): its making was cut off, but it is there; taken over"]);
  });

  it("says so when no other than the known one is there", () => {
    const { said } = settle(stateWith([resource("a", { id: "old" })]), [created("a", "absent")]);
    expect(said).toEqual([
      "a (gcp:sql/user:User): its making was cut off; nothing is there that the state does not know",
    ]);
  });

  it("says what to do when nobody can tell", () => {
    const { said } = settle(stateWith([]), [
      created("a", { unknown: "how its ids are formed is not known" }),
    ]);
    expect(said).toEqual([
      "a (gcp:sql/user:User): it may have been made, and how its ids are formed is not known; look for it, and if it is there: pulumi import gcp:sql/user:User a ID",
    ]);
  });
});

describe("a message that leaves it open whether something was done", () => {
  it.each([
    "connection reset by peer",
    "Error 503: backend unavailable",
    "timeout while waiting for state to become 'DONE'",
    "rpc error: code = Unavailable desc = EOF",
  ])("%s", (message) => expect(isUnsure(message)).toBe(true));

  it.each([
    "409: it already exists",
    "400: bad request",
    "403: permission denied",
    "Error 409: timeout, already exists",
  ])("is not: %s", (message) => expect(isUnsure(message)).toBe(false));
});

describe("a lock", () => {
  const said = (host: string, pid: number) =>
    `error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.\n  file:///s: created by root@${host} (pid ${pid}) at 2026-11-01T12:00:00Z`;

  it("of another machine, or of a process that lives, stays", () => {
    expect(isStale(said("elsewhere", 2 ** 22 - 1))).toBe(false);
    expect(isStale(said(hostname(), process.pid))).toBe(false);
    expect(isStale("error: something else")).toBe(false);
  });

  it("of a process that is gone may go", () => {
    expect(isStale(said(hostname(), 2 ** 22 - 1))).toBe(true);
  });
});

/** Firestore's emulator by its REST interface, run for real on a free port; gRPC, whose packages are installed with the
 * image, is asked in tests/e2e/examples.test.ts. Expectations are Firestore's own documentation's.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const EMULATOR = resolve(import.meta.dirname, "../../images/firestore/emulator");
const SERVER = `
  import { createServer } from "node:net";
  import { restDoor } from "${EMULATOR}/rest.mjs";
  import { makeService } from "${EMULATOR}/service.mjs";
  import { Store } from "${EMULATOR}/store.mjs";
  const server = createServer(restDoor(makeService(Store.open(process.env.FIRESTORE_DATA))));
  server.listen(0, "127.0.0.1", () => console.log("port " + server.address().port));
`;
const ROOT = "projects/demo-shop/databases/items/documents";

type Value = Readonly<Record<string, unknown>>;
interface Document {
  readonly name: string;
  readonly fields: Readonly<Record<string, Value>>;
  readonly createTime: string;
  readonly updateTime: string;
}
interface Found {
  readonly document?: Document;
  readonly transaction?: string;
}

let folder: string;
let emulator: { readonly child: ChildProcess; readonly base: string };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "firestore-"));
  emulator = await start();
});
afterEach(() => stop());

const text = (stringValue: string): Value => ({ stringValue });
const whole = (number: number): Value => ({ integerValue: String(number) });
const ask = (order: string, fieldPath: string) => ({ field: { fieldPath }, direction: order });
const filter = (fieldPath: string, op: string, value: Value) => ({
  fieldFilter: { field: { fieldPath }, op, value },
});

describe("documents", () => {
  it("are created once, read, changed by a mask, and deleted", async () => {
    const made = await call<Document>("POST", "coats?documentId=a", {
      fields: { name: text("coat"), size: whole(3) },
    });
    expect(made).toMatchObject({ name: `${ROOT}/coats/a`, fields: { size: { integerValue: "3" } } });
    expect(made.createTime).toBe(made.updateTime);
    expect(await failure("POST", "coats?documentId=a", {})).toMatchObject({
      code: 409,
      status: "ALREADY_EXISTS",
    });

    const mask = "updateMask.fieldPaths=size&updateMask.fieldPaths=deep.`a.b`&updateMask.fieldPaths=gone";
    const deep = { mapValue: { fields: { "a.b": text("x") } } };
    await call("PATCH", `coats/a?${mask}`, { fields: { size: whole(4), deep } });
    const changed = await call<Document>("GET", "coats/a");
    expect(changed.fields).toEqual({ name: text("coat"), size: whole(4), deep });
    expect(changed.createTime).toBe(made.createTime);
    expect(changed.updateTime > made.updateTime).toBe(true);

    await call("DELETE", "coats/a");
    expect(await failure("GET", "coats/a")).toMatchObject({ code: 404, status: "NOT_FOUND" });
  });

  it("come back value by value as they were sent", async () => {
    const fields = {
      nothing: { nullValue: null },
      yes: { booleanValue: false },
      large: { integerValue: "9007199254740993" },
      part: { doubleValue: 0.1 },
      odd: { doubleValue: "NaN" },
      when: { timestampValue: "2026-01-31T12:00:00.123456Z" },
      raw: { bytesValue: "AP8=" },
      where: { geoPointValue: { latitude: 48.1, longitude: 11.6 } },
      link: { referenceValue: `${ROOT}/coats/b` },
      list: { arrayValue: { values: [whole(1), { timestampValue: "2026-01-31T12:00:00Z" }] } },
      limit: { mapValue: { fields: { updateTime: text("not a time") } } },
    };
    expect((await call<Document>("PATCH", "things/x", { fields })).fields).toEqual(fields);
    await restart();
    expect((await call<Document>("GET", "things/x")).fields).toEqual(fields);
  });

  it("are asked for under conditions", async () => {
    expect(await failure("PATCH", "coats/a?currentDocument.exists=true", {})).toMatchObject({
      status: "NOT_FOUND",
    });
    const first = await call<Document>("PATCH", "coats/a?currentDocument.exists=false", { fields: {} });
    await call("PATCH", "coats/a", { fields: { size: whole(1) } });
    const stale = `coats/a?currentDocument.updateTime=${encodeURIComponent(first.updateTime)}`;
    expect(await failure("PATCH", stale, { fields: {} })).toMatchObject({ status: "FAILED_PRECONDITION" });
  });

  it("are listed by name, page by page", async () => {
    for (const name of ["b", "a", "c"]) await call("PATCH", `coats/${name}`, { fields: {} });
    await call("PATCH", "coats/a/sleeves/left", { fields: {} });
    const one = await call<{ documents: Document[]; nextPageToken: string }>("GET", "coats?pageSize=2");
    const two = await call<{ documents: Document[] }>(
      "GET",
      `coats?pageSize=2&pageToken=${one.nextPageToken}`,
    );
    expect([one, two].map(({ documents }) => documents.map(({ name }) => name.at(-1)))).toEqual([
      ["a", "b"],
      ["c"],
    ]);
    expect(two).not.toHaveProperty("nextPageToken");
    expect(await call("POST", "coats/a:listCollectionIds", {})).toEqual({ collectionIds: ["sleeves"] });
  });
});

describe("commits", () => {
  const update = (id: string, fields: object, rest: object = {}) => ({
    update: { name: `${ROOT}/coats/${id}`, fields },
    ...rest,
  });

  it("happen whole or not at all", async () => {
    const writes = [update("a", {}), update("b", {}, { currentDocument: { exists: true } })];
    expect(await failure("POST", ":commit", { writes })).toMatchObject({ status: "NOT_FOUND" });
    expect(await failure("GET", "coats/a")).toMatchObject({ status: "NOT_FOUND" });
  });

  it("see what they wrote themselves", async () => {
    const increment = {
      updateTransforms: [{ fieldPath: "n", increment: whole(2) }],
      updateMask: { fieldPaths: [] },
    };
    const writes = [update("a", { n: whole(1) }), update("a", {}, increment), update("a", {}, increment)];
    const { writeResults } = await call<{ writeResults: { transformResults?: Value[] }[] }>(
      "POST",
      ":commit",
      { writes },
    );
    expect(writeResults.map(({ transformResults }) => transformResults)).toEqual([
      undefined,
      [whole(3)],
      [whole(5)],
    ]);
    expect((await call<Document>("GET", "coats/a")).fields).toEqual({ n: whole(5) });
  });

  it.each<[string, Value | undefined, object, Value]>([
    ["adds to a number", whole(1), { increment: { doubleValue: 0.5 } }, { doubleValue: 1.5 }],
    ["begins at nothing", text("x"), { increment: whole(7) }, whole(7)],
    [
      "stops at the largest",
      { integerValue: "9223372036854775807" },
      { increment: whole(1) },
      { integerValue: "9223372036854775807" },
    ],
    ["takes the larger", whole(3), { maximum: whole(9) }, whole(9)],
    ["keeps the smaller", whole(3), { minimum: whole(9) }, whole(3)],
    [
      "appends what is missing",
      { arrayValue: { values: [whole(1)] } },
      { appendMissingElements: { values: [whole(2), whole(1), whole(2)] } },
      { arrayValue: { values: [whole(1), whole(2)] } },
    ],
    [
      "removes all alike",
      { arrayValue: { values: [whole(1), text("1"), whole(1)] } },
      { removeAllFromArray: { values: [whole(1)] } },
      { arrayValue: { values: [text("1")] } },
    ],
  ])("a transform %s", async (_, before, transform, after) => {
    if (before) await call("PATCH", "coats/a", { fields: { n: before } });
    const write = update(
      "a",
      {},
      { updateMask: { fieldPaths: [] }, updateTransforms: [{ fieldPath: "n", ...transform }] },
    );
    await call("POST", ":commit", { writes: [write] });
    expect((await call<Document>("GET", "coats/a")).fields.n).toEqual(after);
  });

  it("gives the time of the commit for the server's", async () => {
    const stamp = [{ fieldPath: "at", setToServerValue: "REQUEST_TIME" }];
    const { commitTime } = await call<{ commitTime: string }>("POST", ":commit", {
      writes: [update("a", {}, { updateTransforms: stamp })],
    });
    expect((await call<Document>("GET", "coats/a")).fields.at).toEqual({ timestampValue: commitTime });
  });

  it("abort a transaction whose documents somebody else changed", async () => {
    await call("PATCH", "coats/a", { fields: { n: whole(1) } });
    const { transaction } = await call<{ transaction: string }>("POST", ":beginTransaction", {});
    await call("POST", ":batchGet", { documents: [`${ROOT}/coats/a`], transaction });
    await call("PATCH", "coats/a", { fields: { n: whole(2) } });
    const commit = { writes: [update("a", { n: whole(9) })], transaction };
    expect(await failure("POST", ":commit", commit)).toMatchObject({ code: 409, status: "ABORTED" });
    expect((await call<Document>("GET", "coats/a")).fields.n).toEqual(whole(2));
  });

  it("abort a transaction when its query would find another document", async () => {
    const structuredQuery = { from: [{ collectionId: "coats" }] };
    const [begun] = await call<Found[]>("POST", ":runQuery", {
      structuredQuery,
      newTransaction: { readWrite: {} },
    });
    await call("PATCH", "coats/new", { fields: {} });
    const commit = { writes: [], transaction: begun?.transaction };
    expect(await failure("POST", ":commit", commit)).toMatchObject({ status: "ABORTED" });
  });
});

describe("queries", () => {
  beforeEach(async () => {
    const pieces: [string, object][] = [
      ["a", { kind: text("coat"), size: whole(3), tags: { arrayValue: { values: [text("warm")] } } }],
      ["b", { kind: text("shirt"), size: whole(1) }],
      ["c", { kind: text("coat"), size: { doubleValue: 1.5 }, worn: { nullValue: null } }],
      ["d", { kind: text("hat"), size: text("one") }],
    ];
    for (const [id, fields] of pieces) await call("PATCH", `users/ada/pieces/${id}`, { fields });
    await call("PATCH", "users/bob/pieces/e", { fields: { kind: text("coat"), size: whole(2) } });
  });

  it.each<[string, object, string]>([
    ["all, by name", {}, "abcd"],
    ["equal", { where: filter("kind", "EQUAL", text("coat")) }, "ac"],
    ["not equal", { where: filter("kind", "NOT_EQUAL", text("coat")) }, "db"],
    ["more, of its own type alone", { where: filter("size", "GREATER_THAN", whole(1)) }, "ca"],
    [
      "one of",
      { where: filter("kind", "IN", { arrayValue: { values: [text("hat"), text("shirt")] } }) },
      "bd",
    ],
    [
      "none of",
      { where: filter("kind", "NOT_IN", { arrayValue: { values: [text("hat"), text("shirt")] } }) },
      "ac",
    ],
    ["what a list holds", { where: filter("tags", "ARRAY_CONTAINS", text("warm")) }, "a"],
    [
      "and",
      {
        where: {
          compositeFilter: {
            op: "AND",
            filters: [filter("kind", "EQUAL", text("coat")), filter("size", "LESS_THAN", whole(3))],
          },
        },
      },
      "c",
    ],
    [
      "or",
      {
        where: {
          compositeFilter: {
            op: "OR",
            filters: [filter("kind", "EQUAL", text("hat")), filter("size", "EQUAL", whole(1))],
          },
        },
      },
      "bd",
    ],
    ["null", { where: { unaryFilter: { field: { fieldPath: "worn" }, op: "IS_NULL" } } }, "c"],
    ["up, over types", { orderBy: [ask("ASCENDING", "size")] }, "bcad"],
    ["down", { orderBy: [ask("DESCENDING", "size")] }, "dacb"],
    ["without those that lack the field", { orderBy: [ask("ASCENDING", "worn")] }, "c"],
    ["some", { orderBy: [ask("ASCENDING", "size")], offset: 1, limit: 2 }, "ca"],
    [
      "from a cursor",
      { orderBy: [ask("ASCENDING", "size")], startAt: { values: [{ doubleValue: 1.5 }], before: true } },
      "cad",
    ],
    [
      "after a cursor",
      { orderBy: [ask("ASCENDING", "size")], startAt: { values: [{ doubleValue: 1.5 }] } },
      "ad",
    ],
    [
      "before a cursor",
      { orderBy: [ask("ASCENDING", "size")], endAt: { values: [whole(3)], before: true } },
      "bc",
    ],
    ["by two fields", { orderBy: [ask("ASCENDING", "kind"), ask("DESCENDING", "size")] }, "acdb"],
  ])("%s", async (_, query, names) => {
    expect(await found("users/ada", query)).toBe(names);
  });

  it("of a collection group find it everywhere", async () => {
    const from = [{ collectionId: "pieces", allDescendants: true }];
    expect(await found("", { from, where: filter("kind", "EQUAL", text("coat")) })).toBe("ace");
  });

  it("give the fields that are wanted", async () => {
    const query = {
      from: [{ collectionId: "pieces" }],
      select: { fields: [{ fieldPath: "kind" }] },
      limit: 1,
    };
    const [first] = await call<Found[]>("POST", "users/ada:runQuery", { structuredQuery: query });
    expect(first?.document?.fields).toEqual({ kind: text("coat") });
  });

  it("count, add up and average", async () => {
    const size = { field: { fieldPath: "size" } };
    const aggregations = [
      { alias: "count", count: {} },
      { alias: "few", count: { upTo: "2" } },
      { alias: "sum", sum: size },
      { alias: "avg", avg: size },
    ];
    const structuredQuery = { from: [{ collectionId: "pieces" }] };
    const [answer] = await call<{ result: { aggregateFields: object } }[]>(
      "POST",
      "users/ada:runAggregationQuery",
      {
        structuredAggregationQuery: { structuredQuery, aggregations },
      },
    );
    expect(answer?.result.aggregateFields).toEqual({
      count: whole(4),
      few: whole(2),
      sum: { doubleValue: 5.5 },
      avg: { doubleValue: 5.5 / 3 },
    });
  });

  it("that this emulator does not know are refused, and not answered wrongly", async () => {
    const findNearest = { vectorField: { fieldPath: "v" }, queryVector: {}, limit: 1 };
    const nearest = { structuredQuery: { from: [{ collectionId: "pieces" }], findNearest } };
    expect(await failure("POST", "users/ada:runQuery", nearest)).toEqual({
      code: 501,
      message: "vector search is not in this emulator",
      status: "UNIMPLEMENTED",
    });
    expect(await failure("POST", ":listen", {})).toMatchObject({ status: "UNIMPLEMENTED" });
    const bad = { structuredQuery: { from: [{ collectionId: "pieces" }], where: {} } };
    expect(await failure("POST", "users/ada:runQuery", bad)).toMatchObject({
      code: 400,
      status: "INVALID_ARGUMENT",
    });
  });
});

describe("the journal", () => {
  it("keeps documents and their times through a kill, and leaves out a line that was cut short", async () => {
    const made = await call<Document>("PATCH", "coats/a", { fields: { n: whole(1) } });
    await call("PATCH", "coats/b", { fields: {} });
    await call("DELETE", "coats/b");
    await stop("SIGKILL");
    appendFileSync(join(folder, "documents.jsonl"), `{"${ROOT}/coats/a":null`);
    emulator = await start();
    expect(await call<Document>("GET", "coats/a")).toEqual(made);
    expect(await failure("GET", "coats/b")).toMatchObject({ status: "NOT_FOUND" });
    await call("PATCH", "coats/c", { fields: {} });
    await restart();
    expect(await call<Document>("GET", "coats/c")).toMatchObject({ name: `${ROOT}/coats/c` });
  });

  it("is written anew when most of it is history", async () => {
    const writes = Array.from({ length: 400 }, () => call("PATCH", "coats/a", { fields: { n: whole(1) } }));
    await Promise.all(writes);
    for (let more = 0; more < 3; more++) {
      await Promise.all(
        Array.from({ length: 300 }, () => call("PATCH", "coats/a", { fields: { n: whole(2) } })),
      );
    }
    const journal = () => readFileSync(join(folder, "documents.jsonl"), "utf8").trim().split("\n").length;
    expect(journal()).toBe(1300);
    await restart();
    expect(journal()).toBe(1);
    expect((await call<Document>("GET", "coats/a")).fields).toEqual({ n: whole(2) });
  });
});

async function start() {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", SERVER], {
    env: { ...process.env, FIRESTORE_DATA: folder },
  });
  for await (const line of child.stdout) {
    const [, port] = /port (\d+)/.exec(String(line)) ?? [];
    if (port) return { child, base: `http://127.0.0.1:${port}/v1/${ROOT}` };
  }
  throw new Error("the emulator did not start");
}

async function stop(signal: NodeJS.Signals = "SIGTERM") {
  if (emulator.child.exitCode !== null || emulator.child.signalCode !== null) return;
  emulator.child.kill(signal);
  await once(emulator.child, "exit");
}

async function restart() {
  await stop();
  emulator = await start();
}

async function send(method: string, path: string, body?: object) {
  const separator = path === "" || path.startsWith(":") ? "" : "/";
  const answer = await fetch(emulator.base + separator + path, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as unknown };
}

async function call<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await send(method, path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body as T;
}

async function failure(method: string, path: string, body?: object): Promise<unknown> {
  return ((await send(method, path, body)).body as { error?: unknown }).error;
}

/** Last letters of what a query finds. */
async function found(parent: string, query: object): Promise<string> {
  const structuredQuery = { from: [{ collectionId: "pieces" }], ...query };
  const answers = await call<Found[]>("POST", `${parent}:runQuery`, { structuredQuery });
  return answers.map(({ document }) => document?.name.at(-1) ?? "").join("");
}

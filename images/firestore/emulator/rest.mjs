/** Firestore's methods by REST: JSON as proto3 has it, times as text. */
import { createServer } from "node:http";
import { invalid, Status } from "./status.mjs";

const LARGEST = 10 * 1024 * 1024;

export function restDoor(service) {
  const server = createServer(async (request, response) => {
    try {
      const url = new URL(request.url, "http://firestore");
      if (url.pathname === "/health") return send(response, 200, { status: "ok" });
      const body = await read(request);
      send(response, 200, written(answer(service, request.method, url, body)));
    } catch (error) {
      const known = error instanceof Status ? error : new Status("INTERNAL", "internal error");
      if (known !== error) console.error(`firestore: ${error.stack ?? error}`);
      const { http: code, message, status } = known;
      send(response, code, { error: { code, message, status } });
    }
  });
  server.keepAliveTimeout = 75_000;
  return (socket) => server.emit("connection", socket);
}

const PATH = /^\/v1\/(projects\/[^/]+\/databases\/[^/]+\/documents)((?:\/[^/:]+)*)(?::(\w+))?$/;

function answer(service, method, url, body) {
  const [, root, rest = "", verb] = PATH.exec(url.pathname) ?? [];
  if (root === undefined) throw new Status("NOT_FOUND", `there is nothing at ${url.pathname}`);
  const parts = rest.split("/").filter(Boolean).map(decodeURIComponent);
  const name = [decodeURI(root), ...parts].join("/");
  if (verb !== undefined) return custom(service, method, verb, { ...body, parent: name });
  const query = options(url.searchParams);
  if (parts.length % 2 === 0) return onDocument(service, method, name, { ...query, body });
  const collectionId = parts.at(-1);
  const parent = name.slice(0, -(collectionId.length + 1));
  if (method === "POST") return service.createDocument({ ...query, parent, collectionId, document: body });
  if (method === "GET") return service.listDocuments({ ...query, parent, collectionId });
  throw invalid(`${method} is not for a collection`);
}

function onDocument(service, method, name, { body, ...query }) {
  if (method === "GET") return service.getDocument({ ...query, name });
  if (method === "PATCH") return service.updateDocument({ ...query, document: { ...body, name } });
  if (method === "DELETE") return service.deleteDocument({ ...query, name });
  throw invalid(`${method} is not for a document`);
}

const VERBS = {
  batchGet: "batchGetDocuments",
  batchWrite: "batchWrite",
  beginTransaction: "beginTransaction",
  commit: "commit",
  listCollectionIds: "listCollectionIds",
  rollback: "rollback",
  runAggregationQuery: "runAggregationQuery",
  runQuery: "runQuery",
};

function custom(service, method, verb, request) {
  if (method !== "POST" || !Object.hasOwn(VERBS, verb)) {
    throw new Status("UNIMPLEMENTED", `${verb} is not in this emulator`);
  }
  return service[VERBS[verb]](request);
}

/** `updateMask.fieldPaths=a&currentDocument.exists=true` → what stands in a body. */
function options(params) {
  const masks = (key) => (params.has(key) ? { fieldPaths: params.getAll(key) } : undefined);
  const exists = params.get("currentDocument.exists");
  const updateTime = params.get("currentDocument.updateTime");
  return {
    mask: masks("mask.fieldPaths"),
    updateMask: masks("updateMask.fieldPaths"),
    documentId: params.get("documentId") ?? undefined,
    pageSize: Number(params.get("pageSize") ?? 0),
    pageToken: params.get("pageToken") ?? undefined,
    orderBy: params.get("orderBy") ?? undefined,
    transaction: params.get("transaction") ?? undefined,
    ...(exists !== null && { currentDocument: { exists: exists === "true" } }),
    ...(updateTime !== null && { currentDocument: { updateTime: parseTime(updateTime) } }),
  };
}

async function read(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LARGEST) throw invalid("the request is larger than 10 MiB");
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  if (text === "") return {};
  try {
    return understood(JSON.parse(text));
  } catch (error) {
    throw error instanceof SyntaxError ? invalid("the body is not JSON") : error;
  }
}

function send(response, status, body) {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(`${JSON.stringify(body)}\n`);
}

// ------------------------------------------------------------------------- proto3's JSON, in and out

const TIMES = new Set(["timestampValue", "updateTime", "createTime", "readTime", "commitTime"]);
/** Numbers that a message wraps, so that "none" can be told from 0. */
const WRAPPED = new Set(["limit", "upTo"]);
/** Lists of paths that JSON writes as one text. */
const MASKS = new Set(["mask", "updateMask"]);

/** Whether a key stands for itself, and not for a field of a user's document. */
const isMap = (key) => key === "fields" || key === "aggregateFields";

function understood(value, key) {
  if (Array.isArray(value)) return value.map((item) => understood(item));
  if (value === null || typeof value !== "object") {
    if (TIMES.has(key)) return parseTime(value);
    if (WRAPPED.has(key)) return { value };
    if (MASKS.has(key) && typeof value === "string") return { fieldPaths: value.split(",").filter(Boolean) };
    if (key === "integerValue") return String(value);
    if (key === "nullValue") return "NULL_VALUE";
    return value;
  }
  return mapped(value, key, understood);
}

/** The names in `fields` are the user's own and mean nothing here. */
function mapped(value, key, each) {
  const own = isMap(key) && !Array.isArray(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, each(item, own ? undefined : name)]),
  );
}

function written(value, key) {
  if (Array.isArray(value)) return value.map((item) => written(item));
  if (value === null || typeof value !== "object") return key === "nullValue" ? null : value;
  if (TIMES.has(key)) return formatTime(value);
  return mapped(value, key, written);
}

function parseTime(text) {
  const [, whole, fraction = ""] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|\+00:00)$/.exec(String(text)) ?? [];
  if (whole === undefined)
    throw invalid(`${JSON.stringify(text)} is not a time such as 2026-01-31T12:00:00Z`);
  return { seconds: String(Date.parse(`${whole}Z`) / 1000), nanos: Number(fraction.padEnd(9, "0")) };
}

function formatTime({ seconds = 0, nanos = 0 }) {
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  const fraction =
    nanos === 0
      ? ""
      : `.${String(nanos)
          .padStart(9, "0")
          .replace(/(000)+$/, "")}`;
  return `${whole}${fraction}Z`;
}

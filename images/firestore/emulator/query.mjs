/** Structured queries: which documents, in which order, from where to where. */
import { invalid, unimplemented } from "./status.mjs";
import {
  add,
  compare,
  compareNames,
  equal,
  get,
  isNaNValue,
  isNumber,
  listOf,
  numberOf,
  parsePath,
  put,
} from "./values.mjs";

const NAME = "__name__";
const INEQUALITIES = [
  "LESS_THAN",
  "LESS_THAN_OR_EQUAL",
  "GREATER_THAN",
  "GREATER_THAN_OR_EQUAL",
  "NOT_EQUAL",
  "NOT_IN",
];

/** @param parent `…/documents` or a document below it */
export function runQuery(documents, parent, query) {
  if (query.findNearest) throw unimplemented("vector search");
  const order = orderOf(query);
  const { startAt, endAt, offset = 0, limit } = query;
  const found = [...documents]
    .filter(({ name }) => isFrom(name, parent, query.from ?? []))
    .filter((document) => query.where === undefined || matches(document, query.where))
    .filter((document) => order.every(({ path }) => valueAt(document, path) !== undefined))
    .sort((a, b) =>
      compareBy(
        order,
        (path) => valueAt(a, path),
        (path) => valueAt(b, path),
      ),
    )
    .filter((document) => isAfter(document, order, startAt) && isBefore(document, order, endAt));
  const most = limit?.value ?? Number.POSITIVE_INFINITY;
  return found.slice(offset, offset + most).map((document) => projected(document, query.select));
}

function isFrom(name, parent, from) {
  if (!name.startsWith(`${parent}/`)) return false;
  const below = name.slice(parent.length + 1).split("/");
  const collection = below.at(-2);
  return from.some(
    ({ collectionId = "", allDescendants = false }) =>
      (collectionId === "" || collection === collectionId) && (allDescendants || below.length === 2),
  );
}

function valueAt({ name, fields }, path) {
  return path === NAME ? { referenceValue: name } : get(fields, parsePath(path));
}

/** What is compared for more or less comes first, and the name decides at last: so Firestore orders. */
function orderOf({ orderBy = [], where }) {
  const written = orderBy.map(({ field, direction }) => ({
    path: field.fieldPath,
    down: direction === "DESCENDING",
  }));
  const down = written.at(-1)?.down ?? false;
  const has = (path) => written.some((one) => one.path === path);
  const implied = inequalities(where)
    .filter((path, index, all) => path !== NAME && !has(path) && all.indexOf(path) === index)
    .sort()
    .map((path) => ({ path, down }));
  return [...written, ...implied, ...(has(NAME) ? [] : [{ path: NAME, down }])];
}

function inequalities(where) {
  if (!where) return [];
  if (where.compositeFilter) return (where.compositeFilter.filters ?? []).flatMap(inequalities);
  const { field, op } = where.fieldFilter ?? {};
  return field && INEQUALITIES.includes(op) ? [field.fieldPath] : [];
}

function compareBy(order, a, b) {
  for (const { path, down } of order) {
    const difference = compare(a(path), b(path));
    if (difference !== 0) return down ? -difference : difference;
  }
  return 0;
}

/** Negative before the cursor. A cursor may name fewer values than the order has. */
function beside(document, order, { values = [] }) {
  if (values.length > order.length) throw invalid("a cursor has more values than the query orders by");
  const named = order.slice(0, values.length);
  return compareBy(
    named,
    (path) => valueAt(document, path),
    (path) => values[named.findIndex((one) => one.path === path)],
  );
}

const isAfter = (document, order, cursor) =>
  !cursor || (cursor.before ? beside(document, order, cursor) >= 0 : beside(document, order, cursor) > 0);
const isBefore = (document, order, cursor) =>
  !cursor || (cursor.before ? beside(document, order, cursor) < 0 : beside(document, order, cursor) <= 0);

function matches(document, { compositeFilter, fieldFilter, unaryFilter }) {
  if (compositeFilter) {
    const filters = compositeFilter.filters ?? [];
    if (compositeFilter.op === "AND") return filters.every((filter) => matches(document, filter));
    if (compositeFilter.op === "OR") return filters.some((filter) => matches(document, filter));
  }
  if (fieldFilter && Object.hasOwn(FIELD, fieldFilter.op)) {
    const value = valueAt(document, fieldFilter.field.fieldPath);
    return value !== undefined && FIELD[fieldFilter.op](value, fieldFilter.value);
  }
  if (unaryFilter && Object.hasOwn(UNARY, unaryFilter.op)) {
    const value = valueAt(document, unaryFilter.field.fieldPath);
    return value !== undefined && UNARY[unaryFilter.op](value);
  }
  throw invalid("a filter without an operator");
}

/** More and less hold between values of one type alone. */
const alike = (a, b) =>
  isNumber(a) === isNumber(b) && (isNumber(a) || Object.keys(a)[0] === Object.keys(b)[0]);
const ordered = (holds) => (a, b) => alike(a, b) && !isNaNValue(a) && !isNaNValue(b) && holds(compare(a, b));
const isNull = (value) => Object.hasOwn(value, "nullValue");
const among = (value, list) => listOf(list).some((one) => equal(value, one));

const FIELD = {
  EQUAL: (a, b) => !isNaNValue(b) && equal(a, b),
  NOT_EQUAL: (a, b) => !isNull(a) && !equal(a, b),
  LESS_THAN: ordered((order) => order < 0),
  LESS_THAN_OR_EQUAL: ordered((order) => order <= 0),
  GREATER_THAN: ordered((order) => order > 0),
  GREATER_THAN_OR_EQUAL: ordered((order) => order >= 0),
  ARRAY_CONTAINS: (a, b) => among(b, a),
  ARRAY_CONTAINS_ANY: (a, b) => listOf(b).some((one) => among(one, a)),
  IN: among,
  NOT_IN: (a, b) => !isNull(a) && !among(a, b),
};

const UNARY = {
  IS_NULL: isNull,
  IS_NOT_NULL: (value) => !isNull(value),
  IS_NAN: isNaNValue,
  IS_NOT_NAN: (value) => !isNull(value) && !isNaNValue(value),
};

function projected(document, select) {
  return select ? { ...document, fields: pick(document.fields, select.fields ?? []) } : document;
}

function pick(fields, wanted) {
  return wanted
    .filter(({ fieldPath }) => fieldPath !== NAME)
    .map(({ fieldPath }) => parsePath(fieldPath))
    .reduce((some, path) => put(some, path, get(fields, path)), {});
}

/** @param projection as in a read: `{ fieldPaths }` */
export const masked = (document, mask) =>
  projected(document, mask && { fields: (mask.fieldPaths ?? []).map((fieldPath) => ({ fieldPath })) });

/** count, sum and avg over what a query found: alias → value. */
export function aggregate(documents, aggregations) {
  return Object.fromEntries(
    aggregations.map(({ alias, count, sum, avg }, index) => {
      const key = alias || `field_${index + 1}`;
      if (count) {
        const most = count.upTo?.value === undefined ? documents.length : Number(count.upTo.value);
        return [key, { integerValue: String(Math.min(most, documents.length)) }];
      }
      const path = (sum ?? avg)?.field?.fieldPath;
      if (path === undefined) throw invalid("an aggregation without an operator");
      const numbers = documents
        .map((document) => valueAt(document, path))
        .filter((value) => value && isNumber(value));
      const total = numbers.reduce(add, { integerValue: "0" });
      if (sum) return [key, total];
      const mean = { doubleValue: numberOf(total) / numbers.length };
      return [key, numbers.length === 0 ? { nullValue: "NULL_VALUE" } : mean];
    }),
  );
}

export const byName = (a, b) => compareNames(a.name, b.name);

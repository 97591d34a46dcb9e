/** Values, as proto3's JSON writes them but for times: `{ integerValue: "5" }`, `{ timestampValue: { seconds, nanos } }`.
 * Their order is Firestore's: null, booleans, numbers, times, text, bytes, references, places, lists, maps.
 */
import { invalid } from "./status.mjs";

const ORDER = [
  ["nullValue"],
  ["booleanValue"],
  ["integerValue", "doubleValue"],
  ["timestampValue"],
  ["stringValue"],
  ["bytesValue"],
  ["referenceValue"],
  ["geoPointValue"],
  ["arrayValue"],
  ["mapValue"],
];

export function kindOf(value) {
  const rank = ORDER.findIndex((keys) => keys.some((key) => Object.hasOwn(value, key)));
  if (rank < 0) throw invalid(`a value of an unknown type: ${JSON.stringify(value)}`);
  return rank;
}

export const isNumber = (value) => kindOf(value) === 2;
export const numberOf = (value) =>
  value.integerValue === undefined ? Number(value.doubleValue) : Number(value.integerValue);
export const isNaNValue = (value) => isNumber(value) && Number.isNaN(numberOf(value));

/** Negative, zero or positive, also for values of different types. */
export function compare(a, b) {
  const rank = kindOf(a);
  return rank - kindOf(b) || COMPARE[rank](a, b);
}

export const equal = (a, b) => compare(a, b) === 0;

const bytes = (a, b) => Buffer.compare(a, b);
const text = (a, b) => bytes(Buffer.from(a), Buffer.from(b));
const sign = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

const COMPARE = [
  () => 0,
  (a, b) => Number(a.booleanValue) - Number(b.booleanValue),
  compareNumbers,
  (a, b) => compareTimes(a.timestampValue, b.timestampValue),
  (a, b) => text(a.stringValue, b.stringValue),
  (a, b) => bytes(Buffer.from(a.bytesValue, "base64"), Buffer.from(b.bytesValue, "base64")),
  (a, b) => compareNames(a.referenceValue, b.referenceValue),
  ({ geoPointValue: a }, { geoPointValue: b }) =>
    sign(a.latitude ?? 0, b.latitude ?? 0) || sign(a.longitude ?? 0, b.longitude ?? 0),
  (a, b) => compareLists(listOf(a), listOf(b), compare),
  (a, b) => {
    const entries = (value) => Object.entries(fieldsOf(value)).sort(([one], [other]) => text(one, other));
    return compareLists(entries(a), entries(b), ([keyA, x], [keyB, y]) => text(keyA, keyB) || compare(x, y));
  },
];

/** NaN is the least of all; whole numbers are compared exactly. */
function compareNumbers(a, b) {
  if (a.integerValue !== undefined && b.integerValue !== undefined) {
    return sign(BigInt(a.integerValue), BigInt(b.integerValue));
  }
  const [x, y] = [numberOf(a), numberOf(b)];
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(y)) - Number(Number.isNaN(x));
  return sign(x, y);
}

export function compareTimes(a, b) {
  return sign(BigInt(a.seconds ?? 0), BigInt(b.seconds ?? 0)) || (a.nanos ?? 0) - (b.nanos ?? 0);
}

/** Names of documents, part by part. */
export const compareNames = (a, b) => compareLists(a.split("/"), b.split("/"), text);

function compareLists(a, b, by) {
  for (const [index, item] of a.entries()) {
    if (index >= b.length) return 1;
    const order = by(item, b[index]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

export const listOf = (value) => value?.arrayValue?.values ?? [];
export const fieldsOf = (value) => value?.mapValue?.fields ?? {};

/** Sum as Firestore has it: whole numbers stay whole and stop at their limits. */
export function add(a, b) {
  if (a.integerValue === undefined || b.integerValue === undefined) {
    return { doubleValue: numberOf(a) + numberOf(b) };
  }
  const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];
  const sum = BigInt(a.integerValue) + BigInt(b.integerValue);
  return { integerValue: String(sum < least ? least : sum > most ? most : sum) };
}

// ------------------------------------------------------------------------------------------- paths of fields

/** `a.b`, `` a.`b.c` `` → names from the outside in. */
export function parsePath(path) {
  const names = [...String(path).matchAll(/(?:^|\.)(?:`((?:[^`\\]|\\.)*)`|([^.`]+))/g)];
  if (names.length === 0 || names.map(([whole]) => whole).join("") !== path) {
    throw invalid(`${JSON.stringify(path)} is not the path of a field`);
  }
  return names.map(([, quoted, plain]) => plain ?? quoted.replaceAll(/\\(.)/g, "$1"));
}

export function get(fields, path) {
  const [first, ...rest] = path;
  const value = Object.hasOwn(fields, first) ? fields[first] : undefined;
  if (rest.length === 0 || value === undefined) return value;
  return value.mapValue ? get(fieldsOf(value), rest) : undefined;
}

/** A copy of the fields with one changed; without a value it is removed. */
export function put(fields, [first, ...rest], value) {
  const { [first]: old, ...others } = fields;
  if (rest.length === 0) return value === undefined ? others : { ...others, [first]: value };
  if (value === undefined && !old?.mapValue) return fields;
  return { ...others, [first]: { mapValue: { fields: put(fieldsOf(old), rest, value) } } };
}

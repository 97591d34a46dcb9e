/** One write on one document: preconditions, masks and transforms. Nothing is stored here. */
import { invalid, Status, unimplemented } from "./status.mjs";
import {
  add,
  compare,
  compareTimes,
  equal,
  get,
  isNumber,
  listOf,
  numberOf,
  parsePath,
  put,
} from "./values.mjs";

/** @returns {{ name: string, document: object | null | undefined, results: object[] }} undefined: as it was */
export function perform(write, read, now) {
  if (write.delete !== undefined) {
    const name = nameOfDocument(write.delete);
    check(name, read(name), write.currentDocument);
    return { name, document: null, results: [] };
  }
  if (write.verify !== undefined) {
    const name = nameOfDocument(write.verify);
    check(name, read(name), write.currentDocument);
    return { name, document: undefined, results: [] };
  }
  if (write.transform !== undefined) {
    const { document, fieldTransforms } = write.transform;
    return update(
      { ...write, updateMask: {}, updateTransforms: fieldTransforms },
      { name: document },
      read,
      now,
    );
  }
  if (write.update === undefined) throw invalid("a write without an operation");
  return update(write, write.update, read, now);
}

function update({ updateMask, updateTransforms = [], currentDocument }, written, read, now) {
  const name = nameOfDocument(written.name);
  const old = read(name);
  check(name, old, currentDocument);
  const masked = updateMask
    ? merge(old?.fields ?? {}, written.fields ?? {}, updateMask)
    : (written.fields ?? {});
  const results = [];
  let fields = masked;
  for (const transform of updateTransforms) {
    const path = parsePath(transform.fieldPath);
    const { value, result } = transformed(get(fields, path), transform, now);
    fields = put(fields, path, value);
    results.push(result);
  }
  return { name, document: { name, fields, createTime: old?.createTime ?? now, updateTime: now }, results };
}

const merge = (old, written, { fieldPaths = [] }) =>
  fieldPaths.map(parsePath).reduce((fields, path) => put(fields, path, get(written, path)), old);

function check(name, document, { exists, updateTime } = {}) {
  if (exists === true && !document) throw new Status("NOT_FOUND", `No document to update: ${name}`);
  if (exists === false && document) throw new Status("ALREADY_EXISTS", `Document already exists: ${name}`);
  if (updateTime === undefined) return;
  if (!document || compareTimes(document.updateTime, updateTime) !== 0) {
    throw new Status(
      "FAILED_PRECONDITION",
      `the stored version of ${name} is not the one that the write expects`,
    );
  }
}

const NULL = { nullValue: "NULL_VALUE" };

/** @returns value to store, and what the write's answer says */
function transformed(old, transform, now) {
  if (transform.setToServerValue !== undefined) return same({ timestampValue: now });
  if (transform.increment)
    return same(old && isNumber(old) ? add(old, transform.increment) : transform.increment);
  if (transform.maximum) return same(chosen(old, transform.maximum, 1));
  if (transform.minimum) return same(chosen(old, transform.minimum, -1));
  const items = listOf(old);
  if (transform.appendMissingElements) {
    const values = [...items];
    for (const item of transform.appendMissingElements.values ?? []) {
      if (!values.some((one) => equal(one, item))) values.push(item);
    }
    return { value: { arrayValue: { values } }, result: NULL };
  }
  if (transform.removeAllFromArray) {
    const unwanted = transform.removeAllFromArray.values ?? [];
    const values = items.filter((item) => !unwanted.some((one) => equal(one, item)));
    return { value: { arrayValue: { values } }, result: NULL };
  }
  throw unimplemented("this transform");
}

const same = (value) => ({ value, result: value });

function chosen(old, given, direction) {
  if (!old || !isNumber(old) || Number.isNaN(numberOf(given))) return given;
  return compare(given, old) * direction > 0 ? given : old;
}

const DOCUMENT = /^projects\/[^/]+\/databases\/[^/]+\/documents(\/[^/]+\/[^/]+)+$/;

export function nameOfDocument(name) {
  if (DOCUMENT.test(name ?? "")) return name;
  throw invalid(`${JSON.stringify(name)} is not the name of a document`);
}

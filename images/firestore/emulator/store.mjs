/** Documents in memory and on disk. Every commit is one line of a journal that is on disk before anybody hears of it;
 * a line that a crash cut short never happened. The journal is written anew at a start when most of it is history.
 */
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { compareTimes } from "./values.mjs";

/** @typedef {{ name: string, fields: object, createTime: object, updateTime: object }} Document */

export class Store {
  /** @type {Map<string, Document>} */
  #documents;
  #journal;
  #last = { seconds: "0", nanos: 0 };

  static open(folder) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, "documents.jsonl");
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    const lines = whole.split("\n").filter(Boolean);
    const documents = new Map();
    for (const line of lines) apply(documents, JSON.parse(line));
    if (lines.length > 1000 && lines.length > documents.size * 4) rewrite(file, documents);
    const journal = openSync(file, "a+", 0o600);
    if (lines.length <= 1000 || lines.length <= documents.size * 4)
      ftruncateSync(journal, Buffer.byteLength(whole));
    return new Store(documents, journal);
  }

  constructor(documents, journal) {
    this.#documents = documents;
    this.#journal = journal;
    for (const { updateTime } of documents.values()) {
      if (compareTimes(updateTime, this.#last) > 0) this.#last = updateTime;
    }
  }

  get size() {
    return this.#documents.size;
  }

  /** @returns {Document | undefined} */
  get(name) {
    return this.#documents.get(name);
  }

  /** Every document, in no order. */
  all() {
    return this.#documents.values();
  }

  /** Name → document, or null for one that goes. All of it or nothing. */
  commit(changes) {
    if (changes.size === 0) return;
    const line = Object.fromEntries(changes);
    writeSync(this.#journal, `${JSON.stringify(line)}\n`);
    fdatasyncSync(this.#journal);
    apply(this.#documents, line);
  }

  /** The time now, in microseconds, and later than any that was given before. */
  now() {
    const micros = BigInt(Math.floor((performance.timeOrigin + performance.now()) * 1000));
    const { seconds, nanos = 0 } = this.#last;
    const last = BigInt(seconds) * 1_000_000n + BigInt(Math.floor(nanos / 1000));
    const next = micros > last ? micros : last + 1n;
    this.#last = { seconds: String(next / 1_000_000n), nanos: Number(next % 1_000_000n) * 1000 };
    return this.#last;
  }

  close() {
    closeSync(this.#journal);
  }
}

function apply(documents, line) {
  for (const [name, document] of Object.entries(line)) {
    if (document === null) documents.delete(name);
    else documents.set(name, document);
  }
}

function rewrite(file, documents) {
  const part = openSync(`${file}.part`, "w", 0o600);
  for (const [name, document] of documents) writeSync(part, `${JSON.stringify({ [name]: document })}\n`);
  fsyncSync(part);
  closeSync(part);
  renameSync(`${file}.part`, file);
}

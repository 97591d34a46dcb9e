/** Accounts, one file each, written in full beside the old one and renamed: a crash leaves one or the other. */
import { createHash, randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const derive = promisify(scrypt);
const PARTIAL = ".part";

/** @typedef {{ id: string, email?: string, salt?: string, hash?: string, created: number, signedIn: number }} Account */

export class Accounts {
  #folder;
  /** @type {Map<string, Account>} */
  #byId = new Map();
  /** @type {Map<string, Account>} */
  #byEmail = new Map();

  static open(folder) {
    return new Accounts(join(folder, "accounts"));
  }

  constructor(folder) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder)) {
      if (name.endsWith(PARTIAL)) rmSync(join(folder, name));
      else this.#remember(JSON.parse(readFileSync(join(folder, name), "utf8")));
    }
  }

  get size() {
    return this.#byId.size;
  }

  byId(id) {
    return this.#byId.get(id);
  }

  byEmail(email) {
    return this.#byEmail.get(email);
  }

  /** Undefined when another account has the address. An account without one is anonymous. */
  async create({ email, password, id = newId() }) {
    const now = Date.now();
    const login = password === undefined ? {} : await hashed(password);
    // Looked up after the wait: of two that ask at once, one comes second.
    if (this.#byId.has(id) || (email !== undefined && this.#byEmail.has(email))) return undefined;
    return this.#store({ id, ...(email !== undefined && { email }), ...login, created: now, signedIn: now });
  }

  /** Takes the same time whether there is such an account or not. */
  async check(email, password) {
    const account = this.#byEmail.get(email);
    const { salt = "00", hash = "" } = account ?? {};
    const given = await derive(password, Buffer.from(salt, "hex"), 32);
    const known = Buffer.from(hash, "hex");
    if (known.length !== given.length || !timingSafeEqual(known, given)) return undefined;
    return this.#store({ ...account, signedIn: Date.now() });
  }

  remove(id) {
    const account = this.#byId.get(id);
    if (!account) return;
    rmSync(this.#file(id));
    this.#byId.delete(id);
    if (account.email !== undefined) this.#byEmail.delete(account.email);
  }

  #store(account) {
    const file = this.#file(account.id);
    const part = openSync(file + PARTIAL, "w", 0o600);
    writeSync(part, JSON.stringify(account));
    fsyncSync(part);
    closeSync(part);
    renameSync(file + PARTIAL, file);
    return this.#remember(account);
  }

  #remember(account) {
    this.#byId.set(account.id, account);
    if (account.email !== undefined) this.#byEmail.set(account.email, account);
    return account;
  }

  /** Ids may be chosen by whoever makes the account, so that they are no file names. */
  #file(id) {
    return join(this.#folder, `${createHash("sha256").update(id).digest("hex")}.json`);
  }
}

/** 28 letters and digits, as Firebase has them. */
const newId = () =>
  randomBytes(42)
    .toString("base64")
    .replaceAll(/[^A-Za-z0-9]/g, "")
    .slice(0, 28);

async function hashed(password) {
  const salt = randomBytes(16);
  return { salt: salt.toString("hex"), hash: (await derive(password, salt, 32)).toString("hex") };
}

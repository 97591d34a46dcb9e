/** Tokens as Firebase's: RS256, one hour, the same claims. The key is made at the first start and stays. */
import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  timingSafeEqual,
  verify,
} from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const LIFETIME = 3600; // seconds

export class Tokens {
  #key;
  #public;
  #project;

  static open(folder, project) {
    const file = join(folder, "key.pem");
    if (!existsSync(file)) {
      const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      writeFileSync(`${file}.part`, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
      renameSync(`${file}.part`, file);
    }
    return new Tokens(createPrivateKey(readFileSync(file)), project);
  }

  constructor(key, project) {
    this.#key = key;
    this.#public = createPublicKey(key);
    this.#project = project;
  }

  get issuer() {
    return `https://securetoken.google.com/${this.#project}`;
  }

  /** The public key as a JSON Web Key Set. */
  jwks() {
    const { n, e } = this.#public.export({ format: "jwk" });
    return { keys: [{ kty: "RSA", alg: "RS256", use: "sig", kid: this.#kid(), n, e }] };
  }

  idToken({ id, email, signedIn }) {
    const now = Math.floor(Date.now() / 1000);
    const provider = email === undefined ? "anonymous" : "password";
    return this.#signed({
      iss: this.issuer,
      aud: this.#project,
      ...(email === undefined && { provider_id: "anonymous" }),
      auth_time: Math.floor(signedIn / 1000),
      user_id: id,
      sub: id,
      iat: now,
      exp: now + LIFETIME,
      ...(email !== undefined && { email, email_verified: false }),
      firebase: { identities: email === undefined ? {} : { email: [email] }, sign_in_provider: provider },
    });
  }

  /** The account's id; undefined when the token is not of this issuer, or no longer good. */
  subject(token) {
    const [head = "", body = "", signature = ""] = String(token).split(".");
    const bytes = Buffer.from(signature, "base64url");
    if (!verify("RSA-SHA256", Buffer.from(`${head}.${body}`), this.#public, bytes)) return undefined;
    const { sub, exp } = JSON.parse(Buffer.from(body, "base64url").toString());
    return exp > Date.now() / 1000 ? sub : undefined;
  }

  /** Good until the password changes. */
  refreshToken(account) {
    return `${Buffer.from(account.id).toString("base64url")}.${this.#seal(account)}`;
  }

  /** @param find account by id */
  refreshed(token, find) {
    const [id = "", seal = ""] = String(token).split(".");
    const account = find(Buffer.from(id, "base64url").toString());
    if (!account) return undefined;
    const [given, known] = [Buffer.from(seal), Buffer.from(this.#seal(account))];
    return given.length === known.length && timingSafeEqual(given, known) ? account : undefined;
  }

  #seal({ id, hash = "" }) {
    const key = this.#key.export({ type: "pkcs8", format: "der" });
    return createHmac("sha256", key)
      .update(JSON.stringify([id, hash]))
      .digest("base64url");
  }

  #signed(claims) {
    const head = encode({ alg: "RS256", kid: this.#kid(), typ: "JWT" });
    const body = encode(claims);
    return `${head}.${body}.${sign("RSA-SHA256", Buffer.from(`${head}.${body}`), this.#key).toString("base64url")}`;
  }

  #kid() {
    const der = this.#public.export({ type: "spki", format: "der" });
    return createHash("sha1").update(der).digest("hex");
  }
}

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The issuer of sign-in tokens, run for real on a free port. */
import { type ChildProcess, spawn } from "node:child_process";
import { createPublicKey, type JsonWebKey, verify } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

const MAIN = resolve(import.meta.dirname, "../../images/auth/issuer/main.mjs");
const JWKS = "/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com";
const ADA = { email: "ada@acme.example", password: "correct horse", returnSecureToken: true };

interface Session {
  readonly idToken: string;
  readonly refreshToken: string;
  readonly localId: string;
}

let folder: string;
let issuer: { readonly child: ChildProcess; readonly base: string };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "issuer-"));
  issuer = await start();
});
afterEach(() => stop());

it("CG-03: signs a user up, with claims and a signature that a service checks as it checks Firebase's", async () => {
  const { idToken, localId } = await signUp(ADA);
  expect(localId).toMatch(/^[A-Za-z0-9]{28}$/);
  const [head, body, signature] = idToken.split(".") as [string, string, string];
  const { keys } = (await (await fetch(issuer.base + JWKS)).json()) as { keys: JsonWebKey[] };
  const [key] = keys;
  const { alg, kid } = decode(head);
  expect([alg, kid, keys.length]).toEqual(["RS256", key?.kid, 1]);
  const jwk = createPublicKey({ key: key ?? {}, format: "jwk" });
  const sound = verify(
    "RSA-SHA256",
    Buffer.from(`${head}.${body}`),
    jwk,
    Buffer.from(signature, "base64url"),
  );
  expect(sound).toBe(true);
  const claims = decode(body);
  expect(claims).toMatchObject({
    iss: "https://securetoken.google.com/demo-shop",
    aud: "demo-shop",
    sub: localId,
    user_id: localId,
    email: ADA.email,
    email_verified: false,
    firebase: { identities: { email: [ADA.email] }, sign_in_provider: "password" },
  });
  expect(Number(claims.exp) - Number(claims.iat)).toBe(3600);
});

it.each([
  ["a password that is wrong", { ...ADA, password: "wrong horse" }, "INVALID_LOGIN_CREDENTIALS"],
  ["an address that is not known", { ...ADA, email: "eve@acme.example" }, "INVALID_LOGIN_CREDENTIALS"],
  ["no password", { email: ADA.email }, "MISSING_PASSWORD"],
  ["no address", { password: ADA.password }, "MISSING_EMAIL"],
  ["what is no address", { ...ADA, email: "ada" }, "INVALID_EMAIL"],
])("refuses to sign in with %s", async (_, body, message) => {
  await signUp(ADA);
  expect(await post("accounts:signInWithPassword", body)).toEqual({
    status: 400,
    body: { error: { code: 400, message, errors: [{ message, domain: "global", reason: "invalid" }] } },
  });
});

it("signs in whatever the case of the address, and gives one account per address", async () => {
  const { localId } = await signUp(ADA);
  const { body } = await post("accounts:signInWithPassword", { ...ADA, email: "Ada@ACME.example" });
  expect(body).toMatchObject({ localId, registered: true, expiresIn: "3600" });
  expect((await post("accounts:signUp", ADA)).body).toMatchObject({ error: { message: "EMAIL_EXISTS" } });
  const weak = await post("accounts:signUp", { email: "b@acme.example", password: "12345" });
  expect(weak.body).toMatchObject({
    error: { message: "WEAK_PASSWORD : Password should be at least 6 characters" },
  });
});

it("lets one who asks twice at once have one account", async () => {
  const answers = await Promise.all([post("accounts:signUp", ADA), post("accounts:signUp", ADA)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
});

it("makes one wait who guesses", async () => {
  await signUp(ADA);
  for (let guess = 0; guess < 10; guess++) {
    await post("accounts:signInWithPassword", { ...ADA, password: `guess-${guess}` });
  }
  expect((await post("accounts:signInWithPassword", ADA)).body).toMatchObject({
    error: { message: "TOO_MANY_ATTEMPTS_TRY_LATER" },
  });
});

it("wants the app's key of everybody but services", async () => {
  const answer = await fetch(`${issuer.base}/v1/accounts:signUp?key=other`, { method: "POST" });
  expect(await answer.json()).toMatchObject({
    error: { message: "API key not valid. Please pass a valid API key." },
  });
});

it("renews a token, looks its user up, and forgets one that is deleted", async () => {
  const { refreshToken, idToken, localId } = await signUp(ADA);
  const renewed = await renew(refreshToken);
  expect(renewed).toMatchObject({ user_id: localId, token_type: "Bearer", project_id: "demo-shop" });
  const { body } = await post("accounts:lookup", { idToken: renewed.id_token });
  expect(body).toMatchObject({ users: [{ localId, email: ADA.email, emailVerified: false }] });
  expect(JSON.stringify(body)).not.toMatch(/hash|salt/);
  await post("accounts:delete", { idToken });
  expect((await post("accounts:signInWithPassword", ADA)).status).toBe(400);
  expect(await renew(refreshToken)).toMatchObject({ error: { message: "INVALID_REFRESH_TOKEN" } });
});

it.each([
  ["of another signature", (token: string) => `${token.slice(0, -4)}AAAA`],
  ["without one", (token: string) => `${token.split(".").slice(0, 2).join(".")}.`],
  [
    "of another algorithm",
    (token: string) => {
      const head = Buffer.from('{"alg":"none"}').toString("base64url");
      return `${head}.${token.split(".")[1]}.`;
    },
  ],
])("does not look up by a token %s", async (_, change) => {
  const { idToken } = await signUp(ADA);
  const { body } = await post("accounts:lookup", { idToken: change(idToken) });
  expect(body).toMatchObject({ error: { message: "INVALID_ID_TOKEN" } });
});

it("keeps accounts and the signing key through a restart, even a rough one, and shows them to nobody else", async () => {
  const { idToken, localId } = await signUp(ADA);
  await stop("SIGKILL");
  issuer = await start();
  expect((await post("accounts:signInWithPassword", ADA)).body).toMatchObject({ localId });
  expect((await post("accounts:lookup", { idToken })).status).toBe(200);
  const [account = ""] = readdirSync(join(folder, "accounts"));
  for (const file of ["key.pem", `accounts/${account}`]) {
    expect(statSync(join(folder, file)).mode & 0o077, file).toBe(0);
  }
});

it("leaves a file that was not written in full aside", async () => {
  await signUp(ADA);
  await stop();
  writeFileSync(join(folder, "accounts", "torn.json.part"), '{"id":');
  issuer = await start();
  expect((await post("accounts:signInWithPassword", ADA)).status).toBe(200);
});

it("makes no account where only services may, and lets a service make one", async () => {
  await stop();
  issuer = await start({ signUp: "closed" });
  expect((await post("accounts:signUp", ADA)).body).toMatchObject({
    error: { message: "ADMIN_ONLY_OPERATION" },
  });
  const create = (authorization: string) =>
    fetch(`${issuer.base}/identitytoolkit.googleapis.com/v1/projects/demo-shop/accounts`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify({ ...ADA, localId: "ada" }),
    });
  expect((await create("Bearer stranger")).status).toBe(403);
  expect(await (await create("Bearer owner")).json()).toMatchObject({ localId: "ada", email: ADA.email });
  expect((await post("accounts:signInWithPassword", ADA)).body).toMatchObject({ localId: "ada" });
});

it("signs in without a name where that is a way", async () => {
  expect((await post("accounts:signUp", {})).body).toMatchObject({
    error: { message: "OPERATION_NOT_ALLOWED" },
  });
  await stop();
  issuer = await start({ signIn: ["anonymous"] });
  const { body } = await post("accounts:signUp", { returnSecureToken: true });
  const claims = decode((body as Session).idToken.split(".")[1] ?? "");
  expect(claims).toMatchObject({
    provider_id: "anonymous",
    firebase: { identities: {}, sign_in_provider: "anonymous" },
  });
  expect((await post("accounts:signUp", ADA)).body).toMatchObject({
    error: { message: "OPERATION_NOT_ALLOWED" },
  });
});

it("answers what is no request of its own in Google's form", async () => {
  const text = await fetch(`${issuer.base}/v1/accounts:signUp?key=local`, {
    method: "POST",
    body: "no json",
  });
  expect(await text.json()).toMatchObject({ error: { message: "INVALID_JSON" } });
  const large = await fetch(`${issuer.base}/v1/accounts:signUp`, {
    method: "POST",
    body: "x".repeat(70_000),
  });
  expect(large.status).toBe(413);
  expect((await fetch(`${issuer.base}/v1/accounts:signUp`)).status).toBe(404);
});

async function start(changes: object = {}) {
  const config = { project: "demo-shop", apiKey: "local", signIn: ["email"], signUp: "open", ...changes };
  const file = join(folder, "issuer.json");
  writeFileSync(file, JSON.stringify(config));
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, PORT: "0", ISSUER_CONFIG: file, ISSUER_DATA: folder },
  });
  for await (const line of child.stdout) {
    const [, port] = /port (\d+)/.exec(String(line)) ?? [];
    if (port) return { child, base: `http://127.0.0.1:${port}` };
  }
  throw new Error("the issuer did not start");
}

async function stop(signal: NodeJS.Signals = "SIGTERM") {
  if (issuer.child.exitCode !== null || issuer.child.signalCode !== null) return;
  issuer.child.kill(signal);
  await once(issuer.child, "exit");
}

async function post(what: string, body: object) {
  const answer = await fetch(`${issuer.base}/v1/${what}?key=local`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as object };
}

async function signUp(body: object): Promise<Session> {
  const answer = await post("accounts:signUp", body);
  expect(answer.status).toBe(200);
  return answer.body as Session;
}

async function renew(token: string) {
  const answer = await fetch(`${issuer.base}/securetoken.googleapis.com/v1/token?key=local`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: token }),
  });
  return (await answer.json()) as Record<string, string>;
}

const decode = (part: string) =>
  JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;

/** What is said about one wrong value at a time, word for word: data and secrets. */
import { expect, it } from "vitest";
import { messageOf, type Row } from "./message-of.ts";

const rows: readonly Row[] = [
  [
    "data.db.version",
    9,
    "data.db.version: 9 is not a version of postgres that is kept up; allowed: 13–18; write 13",
  ],
  ["data.db.versoin", 16, "data.db.versoin: versoin is not a key here; did you mean version?"],
  ["data.db.size", "10Gi", "data.db.size: size is not a key here; did you mean storage?"],
  [
    "data.db.dimensions",
    3,
    "data.db.dimensions: data of kind postgres has no dimensions; allowed: kind, cpu, memory, storage, version, init, extensions, pool, replicas, highAvailability, backup; remove it or change the kind",
  ],
  [
    "data.db.pool.total",
    5,
    "data.db.pool.max: 10 connections for one instance are more than 5 for all; allowed: 1–5; set max: 5 or total: 10",
  ],
  ["data.db.backup.keep", "30m", "data.db.backup.keep: 30m is too short; allowed: 1h–3650d; write 1h"],
  [
    "data.db.backup",
    "never",
    "data.db.backup: never is not a map or none; write { every: 1h, keep: 14d } for instance",
  ],
  [
    "data.cache.eviction",
    "lru",
    "data.cache.eviction: lru is not one of the allowed words; allowed: noeviction, allkeys-lru, allkeys-lfu, volatile-lru, volatile-lfu, volatile-ttl; write noeviction for instance",
  ],
  ["data.cache.memory", "1Mi", "data.cache.memory: 1Mi is too small; allowed: 16Mi–4Ti; write 16Mi"],
  ["data.api", { kind: "redis" }, "data.api: api is the name of a service as well; rename one of the two"],
  ["data.edge", { kind: "redis" }, "data.edge: edge is a name of the platform's own; choose another name"],
  [
    "data.x",
    {},
    "data.x.kind: is missing; allowed: postgres, redis, documents, vectors, bucket, auth; add kind: postgres for instance",
  ],
  [
    "data.x",
    { kind: "vectors" },
    "data.x.dimensions: is missing; add the length of a vector, for instance dimensions: 512",
  ],
  [
    "data.files.expireAfter",
    "0d",
    "data.files.expireAfter: 0d is no length of time: it is zero; allowed: a number with ms, s, m, h, d or w; write more than zero",
  ],
  [
    "data.users",
    { kind: "auth", signIn: "E-Mail" },
    "data.users.signIn: E-Mail is not a way to sign in; allowed: lower-case letters, digits, dots and hyphens, starting with a letter; write email for instance",
  ],
  [
    "data.users",
    { kind: "auth", signIn: [] },
    "data.users.signIn: is empty, so that nobody can sign in; write signIn: email for instance",
  ],
  [
    "data.users",
    { kind: "auth", signIn: ["email", "email"] },
    "data.users.signIn.1: email stands in the list twice; remove one",
  ],
  [
    "data.users",
    { kind: "auth", clients: { apple: { id: "com.acme", secret: "JWT_SECRET" } } },
    "data.users.clients.apple: apple is not a way to sign in here; allowed: email; add apple to signIn, or remove the client",
  ],
  [
    "data.users",
    { kind: "auth", signIn: "apple", clients: { apple: { secret: "JWT_SECRET" } } },
    "data.users.clients.apple.id: is missing; add the client id that was given there",
  ],
  [
    "data.users",
    { kind: "auth", signIn: "apple", clients: { apple: { id: "com.acme" } } },
    "data.users.clients.apple.secret: is missing; add the name of the app's secret that holds the client's secret",
  ],
  [
    "data.users",
    { kind: "auth", signIn: "apple", clients: { apple: { id: "com.acme", secret: "JWT_SECERT" } } },
    "data.users.clients.apple.secret: there is no secret JWT_SECERT; allowed: OPENAI_API_KEY, JWT_SECRET, TLS_CHAIN, TLS_KEY, SMTP_PASSWORD; did you mean JWT_SECRET?",
  ],
  [
    "data.users",
    { kind: "auth", provider: "keycloak" },
    "data.users.provider: keycloak is not one of the allowed words; allowed: firebase; write firebase for instance",
  ],
  [
    "data.users",
    { kind: "auth", backup: "none" },
    "data.users.backup: data of kind auth has no backup; allowed: kind, provider, signIn, clients, domains, signUp; remove it or change the kind",
  ],
  [
    "data.db.extensions",
    ["x y"],
    "data.db.extensions.0: x y is not an extension; allowed: letters, digits, _ and -; write uuid-ossp for instance",
  ],
  [
    "secrets.JWT_SECRET",
    "generated",
    "secrets.JWT_SECRET: generated is not required, { generate: hex } or { existing: name }; write required for instance",
  ],
  [
    "secrets.JWT_SECRET.bytes",
    4,
    "secrets.JWT_SECRET.bytes: 4 is not a number of bytes; allowed: 8–1024; write 8",
  ],
  [
    "secrets.NEW",
    {},
    "secrets.NEW: does not say where its value comes from; allowed: required, { generate: hex } or { existing: name }; write required for instance",
  ],
  [
    "secrets.9",
    "required",
    "secrets.9: 9 is not a variable name; allowed: up to 100 letters, digits and underscores, not starting with a digit; write LOG_LEVEL for instance",
  ],
];

it.each(rows)("%s: %j", (key, value, message) => {
  expect(messageOf(key, value)).toBe(message);
});

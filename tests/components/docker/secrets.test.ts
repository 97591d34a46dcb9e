import { expect, test } from "vitest";
import { Secrets } from "../../../components/docker/secrets.ts";
import type { Secret } from "../../../src/config/model.ts";
import { makeApp } from "../../helpers/app.ts";

const SEED = "5eed".repeat(16);
const generate = (changes: Partial<Extract<Secret, { source: "generate" }>> = {}): Secret => ({
  source: "generate",
  format: "hex",
  bytes: 32,
  version: 1,
  ...changes,
});

function secrets(
  declared: Record<string, Secret> = {},
  { environment = "dev", seed = SEED, values = {} } = {},
) {
  return new Secrets({ app: makeApp({ environment, secrets: declared }), values, seed });
}

test.each([
  ["hex", 32, /^[0-9a-f]{64}$/],
  ["base64", 32, /^[A-Za-z0-9+/]{43}=$/],
  ["password", 24, /^[A-Za-z0-9_-]{32}$/],
  ["uuid", 16, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
] as const)("a generated %s of %d bytes has its shape", (format, bytes, shape) => {
  expect(secrets({ KEY: generate({ format, bytes }) }).get("KEY").value).toMatch(shape);
});

test("a generated value is stable, and another one per name, version, seed and stack", () => {
  const base = secrets({ KEY: generate(), OTHER: generate() });
  const value = base.get("KEY").value;
  expect(secrets({ KEY: generate() }).get("KEY").value).toBe(value);
  const others = [
    base.get("OTHER"),
    secrets({ KEY: generate({ version: 2 }) }).get("KEY"),
    secrets({ KEY: generate() }, { seed: "ab".repeat(32) }).get("KEY"),
    secrets({ KEY: generate() }, { environment: "prod" }).get("KEY"),
    base.password("KEY"),
  ];
  expect(new Set([value, ...others.map((other) => other.value)]).size).toBe(6);
});

test("a platform password has 24 random bytes, and a version rotates it", () => {
  const { value } = secrets().password("db/api");
  expect(value).toMatch(/^[A-Za-z0-9_-]{32}$/);
  expect(secrets().password("db/api").value).toBe(value);
  expect(secrets().password("db/api", { version: 2 }).value).not.toBe(value);
});

test("a required value arrives byte for byte, and a reference to it is secret", async () => {
  const pem = "-----BEGIN KEY-----\r\nabc\n\n-----END KEY-----\n";
  const { value, reference } = secrets({ KEY: { source: "required" } }, { values: { KEY: pem } }).get("KEY");
  expect(value).toBe(pem);
  expect(await (reference as unknown as { isSecret: Promise<boolean> }).isSecret).toBe(true);
});

test("a name that is not declared and a value that is missing are defects", () => {
  expect(() => secrets().get("NOPE")).toThrow("The app declares no secret NOPE.");
  expect(() => secrets({ KEY: { source: "required" } }).get("KEY")).toThrow("The secret KEY has no value.");
});

import { expect, it } from "vitest";
import {
  checkName,
  describeSecrets,
  fromPipe,
  placeholderNote,
  requiredSecrets,
} from "../../src/cli/secrets.ts";
import type { App } from "../../src/config/model.ts";

const app: Pick<App, "secrets"> = {
  secrets: {
    OPENAI_API_KEY: { source: "required" },
    STRIPE_KEY: { source: "required" },
    JWT_SECRET: { source: "generate", format: "hex", bytes: 32, version: 1 },
    SHARED: { source: "existing", name: "team-shared" },
  },
};

it("says what is there and what is missing", () => {
  const keys = new Set(["atelier:seed", "atelier:secrets.OPENAI_API_KEY"]);
  expect(describeSecrets(app, keys)).toEqual([
    ["NAME", "SOURCE", "STATE"],
    ["atelier:seed", "seed", "set"],
    ["OPENAI_API_KEY", "required", "set"],
    ["STRIPE_KEY", "required", "missing: npx atelier secrets set STRIPE_KEY"],
    ["JWT_SECRET", "generated", "ready"],
    ["SHARED", "kept by the target", "not managed here"],
  ]);
  expect(describeSecrets(app, new Set())[1]).toEqual([
    "atelier:seed",
    "seed",
    "missing: npx atelier secrets init",
  ]);
});

it("lets only required secrets be set", () => {
  expect(() => checkName(app, "OPENAI_API_KEY")).not.toThrow();
  expect(() => checkName(app, "JWT_SECRET")).toThrow(
    "JWT_SECRET is not set by hand: app.yaml says generate; nothing to do",
  );
  expect(() => checkName(app, "OPENAI_KEY")).toThrow(
    "app.yaml has no secret OPENAI_KEY; allowed: OPENAI_API_KEY, STRIPE_KEY",
  );
  expect(() => checkName({ secrets: {} }, "X")).toThrow(
    "app.yaml has no secret X; allowed: none, it has no required secret",
  );
});

it("says that a placeholder is one", () => {
  expect(placeholderNote(requiredSecrets(app))).toBe(
    "OPENAI_API_KEY, STRIPE_KEY: placeholder, not a real value; set it with npx atelier secrets set OPENAI_API_KEY",
  );
});

it.each([
  ["a line from a shell", "value\n", "value"],
  ["a line without its break", "value", "value"],
  ["a Windows line", "value\r\n", "value"],
  ["a PEM file, byte for byte", "-----BEGIN\nabc\n-----END\n", "-----BEGIN\nabc\n-----END\n"],
  ["several last breaks", "a\n\n", "a\n\n"],
])("takes %s from a pipe", (_, text, expected) => expect(fromPipe(text)).toBe(expected));

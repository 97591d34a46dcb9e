import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parseSettings, parseStackConfig } from "../../src/config/stack.ts";
import { failureOf } from "../helpers/failure.ts";

const options = { directory: "/project" };
const read = (config: Record<string, unknown>, more: object = {}) =>
  parseStackConfig(config, { ...options, ...more });

describe("the stack's config", () => {
  it("is read from texts and JSON, as the engine gives it", () => {
    const seed = "ab".repeat(32);
    expect(
      read({
        "atelier:app": "apps/closet/app.yaml",
        "atelier:environment": "prod",
        "atelier:target": "host",
        "atelier:host": '{"ports":{"https":8443}}',
        "atelier:set": '{"services.api.scale.max":4}',
        "atelier:secrets": '{"OPENAI_API_KEY":"sk-1"}',
        "atelier:seed": seed,
        "aws:region": "eu-west-1",
      }),
    ).toEqual({
      app: "/project/apps/closet/app.yaml",
      environment: "prod",
      target: "host",
      settings: { ports: { https: 8443 } },
      overrides: { "services.api.scale.max": 4 },
      secrets: { OPENAI_API_KEY: "sk-1" },
      seed,
    });
  });

  it("leaves out what is still encrypted in the file", () => {
    const config = { "atelier:target": "host", "atelier:secrets": { A: { secure: "v1:x" } } };
    expect(read(config)).toEqual({
      app: "/project/app.yaml",
      environment: "dev",
      target: "host",
      settings: {},
      overrides: {},
      secrets: {},
    });
  });

  it("is refused with everything that is wrong at once", () => {
    const config = {
      "atelier:enviroment": "prod",
      "atelier:app": "",
      "atelier:target": "hots",
      "atelier:set": "x",
      "atelier:secrets": { A: 1 },
      "atelier:gpu": {},
    };
    expect(failureOf(() => read(config, { targets: ["host", "cloud"] }))).toBe(
      [
        "atelier:enviroment: enviroment is not a key of the stack's config; did you mean atelier:environment?",
        "atelier:gpu: gpu is not a key of the stack's config; allowed: atelier:app, atelier:environment, atelier:target, atelier:set, atelier:secrets, atelier:seed, atelier:policies, atelier:hots, atelier:host, atelier:cloud; remove it: pulumi config rm atelier:gpu",
        "atelier:target: there is no target hots; allowed: host, cloud; did you mean host?",
        'atelier:app: "" is not a text; set it: pulumi config set atelier:app app.yaml',
        "atelier:set: x is not a map; write key: value lines below atelier:set in Pulumi.<stack>.yaml",
        "atelier:secrets.A: is not a text; set it: pulumi config set --secret --path 'atelier:secrets.A'",
      ].join("\n"),
    );
  });

  it("needs a target", () => {
    expect(failureOf(() => read({}))).toBe(
      "atelier:target: is not set; set it: pulumi config set atelier:target NAME",
    );
  });
});

it("reads a target's settings by the target's own schema", () => {
  const settings = z.strictObject({
    ports: z.strictObject({ https: z.int().min(1).max(65_535).default(443) }).prefault({}),
    images: z.enum(["auto", "pull"]).default("auto"),
    range: z
      .string()
      .refine((text) => text.includes("/"), { error: "is not a range; write 10.0.0.0/8" })
      .optional(),
  });
  const target = { name: "host", settings };
  expect(parseSettings(target, undefined)).toEqual({ ports: { https: 443 }, images: "auto" });
  expect(
    failureOf(() =>
      parseSettings(target, { ports: { htps: 1, https: 70_000 }, images: "atuo", range: "x", image: 1 }),
    ),
  ).toBe(
    [
      "atelier:host.ports.https: 70000 is too large; allowed: up to 65535; write 65535 or less",
      "atelier:host.ports.htps: htps is not a key here; did you mean https?",
      "atelier:host.images: atuo is not one of the allowed words; allowed: auto, pull; did you mean auto?",
      "atelier:host.range: x is not a range; write 10.0.0.0/8",
      "atelier:host.image: image is not a key here; did you mean images?",
    ].join("\n"),
  );
});

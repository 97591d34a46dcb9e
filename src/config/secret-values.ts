/** Values that only the stack's encrypted config has: all that an app requires are there. Values are never shown. */
import type { App } from "./model.ts";
import type { Problem } from "./problem.ts";
import type { StackConfig } from "./stack.ts";
import { suggest } from "./suggest.ts";

const SEED = /^[0-9a-f]{64}$/;

export function checkSecrets(
  app: Pick<App, "secrets">,
  { secrets, seed }: Pick<StackConfig, "secrets" | "seed">,
): Problem[] {
  const required = Object.keys(app.secrets).filter((name) => app.secrets[name]?.source === "required");
  const missing = required
    .filter((name) => !Object.hasOwn(secrets, name) || secrets[name] === "")
    .map((name): Problem => {
      const what = Object.hasOwn(secrets, name) ? "is empty" : "is required and has no value in this stack";
      return {
        path: ["secrets", name],
        what,
        remedy: `set it: pulumi config set --secret --path 'atelier:secrets.${name}'`,
      };
    });
  const unknown = Object.keys(secrets)
    .filter((name) => !required.includes(name))
    .map((name) => unknownValue(name, app, required));
  return [...missing, ...unknown, ...checkSeed(seed)];
}

function unknownValue(name: string, app: Pick<App, "secrets">, required: readonly string[]): Problem {
  const path = ["atelier:secrets", name];
  const rm = `pulumi config rm --path 'atelier:secrets.${name}'`;
  if (Object.hasOwn(app.secrets, name)) {
    return { path, what: "has a value here, but the app does not require one", remedy: `remove it: ${rm}` };
  }
  const near = suggest(name, required);
  return {
    path,
    what: `the app has no secret ${name}`,
    ...(required.length > 0 && { allowed: required.join(", ") }),
    remedy: near ? `did you mean ${near}?` : `remove it: ${rm}`,
  };
}

function checkSeed(seed: string): Problem[] {
  if (SEED.test(seed)) return [];
  const what = seed === "" ? "is not set" : "is not a seed";
  return [
    {
      path: ["atelier:seed"],
      what,
      allowed: "64 hex digits, encrypted",
      remedy: "make one: npx atelier secrets init",
    },
  ];
}

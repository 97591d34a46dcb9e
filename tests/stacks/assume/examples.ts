/** Every example in every environment, on every target, with adapters that asked nobody. */
import { createHash } from "node:crypto";
import type { Adapters } from "../../../components/contracts/target.ts";
import { publishedPorts } from "../../../components/docker/publish.ts";
import { settings as dockerSettings } from "../../../components/docker/settings.ts";
import type { App } from "../../../src/config/model.ts";
import type { Overrides } from "../../../src/config/overrides.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { parseSettings } from "../../../src/config/stack.ts";
import { compose } from "../../../stacks/compose.ts";
import { targetNamed } from "../../../stacks/targets.ts";
import { EXAMPLES, SETTINGS as GOOGLE_SETTINGS, loadExample } from "../../helpers/google-stack.ts";
import { type Registered, runProgram } from "../../helpers/program.ts";

export const TARGETS = ["docker", "gcp-cloud-run", "gcp-compute"] as const;
export type TargetName = (typeof TARGETS)[number];

export interface Case {
  readonly example: (typeof EXAMPLES)[number];
  readonly environment: "dev" | "staging" | "prod";
}

export const CASES: readonly Case[] = EXAMPLES.flatMap((example) =>
  (["dev", "staging", "prod"] as const).map((environment) => ({ example, environment })),
);

export const titleOf = ({ example, environment, target }: Case & { readonly target: TargetName }): string =>
  `${example} ${environment} ${target}`;

export function appOf({ example, environment }: Case, target: TargetName, overrides: Overrides = {}): App {
  // Google issues no certificate for localhost, which a development environment is called otherwise.
  const domain = target !== "docker" && environment === "dev" ? { "edge.domain": "dev.acme.example" } : {};
  return loadExample(example, { environment, overrides: { ...domain, ...overrides } });
}

export function settingsOf(app: App, target: TargetName): object {
  return target === "docker" ? settingsOfDocker(app) : GOOGLE_SETTINGS;
}

/** With ports that nobody is likely to hold. */
function settingsOfDocker(app: App): object {
  const published = publishedPorts(app, dockerSettings.parse({}));
  return {
    selfSigned: true,
    ports: { http: 28_680, https: 28_643 },
    publish: Object.fromEntries(published.map(({ name }, index) => [name, 28_700 + index])),
  };
}

export type Way = "assume" | "open";

/** What an app's program registers in a preview, in the order in which it does. */
export async function registered(
  app: App,
  name: TargetName,
  way: Way = "assume",
  settings: object = settingsOf(app, name),
): Promise<readonly Registered[]> {
  const target = await targetNamed(name);
  const chosen = parseSettings(target, settings);
  const refusals = target.refuse(app, chosen).map(formatProblem);
  if (refusals.length > 0) throw new Error(refusals.join("\n"));
  const values = Object.fromEntries(Object.keys(app.secrets).map((secret) => [secret, `value of ${secret}`]));
  const program = async () => {
    const adapters: Adapters = await target[way](app, chosen);
    return compose(app, adapters, { seed: "5eed".repeat(16), values });
  };
  return (await runProgram(program, { preview: true })).resources;
}

/** What a plan and a preview have in common: type, name and inputs, whatever the order. */
const essence = (resources: readonly Registered[]): string[] =>
  resources.map(({ type, name, inputs }) => JSON.stringify([type, name, inputs])).sort();

/** What only one of the two has. */
export function differences(one: readonly Registered[], other: readonly Registered[]): string[] {
  const [left, right] = [new Set(essence(one)), new Set(essence(other))];
  return [
    ...[...left].filter((text) => !right.has(text)).map((text) => `- ${text}`),
    ...[...right].filter((text) => !left.has(text)).map((text) => `+ ${text}`),
  ];
}

/** The same in few words: type, name, and a hash of the inputs. */
export const digestsOf = (resources: readonly Registered[]): string[] =>
  resources.map(({ type, name, inputs }) => `${type} ${name} ${hash(JSON.stringify(inputs))}`).sort();

const hash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);

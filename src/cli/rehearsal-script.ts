/** What is rehearsed of a chosen app: its stack's program and config, with stand-ins for every secret. */
import { existsSync, readFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { parse } from "yaml";
import { behaviours } from "../../rehearsal/behaviours.ts";
import type { Script } from "../../rehearsal/stage.ts";
import { type Overrides, parseSets } from "../config/overrides.ts";
import { ConfigError } from "../config/problem.ts";
import { readStackFile } from "../config/stack-file.ts";
import { standIns } from "../plan/run.ts";
import type { Chosen, Selection } from "./subject.ts";

/** @param overrides keys that differ from what the stack's file says
 * @throws ConfigError with everything that the target refuses
 */
export function scriptOf(chosen: Chosen, selection: Selection, overrides: Overrides = {}): Script {
  if (chosen.refusals.length > 0) throw new ConfigError(chosen.refusals);
  const { app, stack, subject, target, assumed, settings } = chosen;
  const own = stack?.target === target.name ? (stack.settings as Readonly<Record<string, unknown>>) : {};
  const { seed, values } = standIns(app);
  const secrets = Object.entries(values).map(([name, value]) => [`atelier:secrets.${name}`, value]);
  return {
    program: programOf(chosen, selection),
    project: subject.project,
    stack: subject.stack,
    config: {
      ...foreignConfig(chosen),
      "atelier:app": stack?.app ?? resolve(selection.app ?? "app.yaml"),
      "atelier:environment": subject.environment,
      "atelier:target": target.name,
      [`atelier:${target.name}`]: { ...assumed, ...own },
      "atelier:set": { ...stack?.overrides, ...overrides },
    },
    secrets: { "atelier:seed": seed, ...(Object.fromEntries(secrets) as Record<string, string>) },
    behaviour: behaviours({ settings }),
  };
}

/** Overrides of `--set`. @throws ConfigError with everything that is wrong with them */
export function overridesIn(sets: readonly string[] = []): Overrides {
  const { overrides, problems } = parseSets(sets);
  if (problems.length > 0) throw new ConfigError(problems);
  return overrides;
}

/** The program of the stack's own project; of an app.yaml that is named alone, the platform's. */
function programOf({ stack }: Chosen, { app }: Selection): string {
  if (stack && app === undefined) {
    const folder = resolve(stack.directory);
    const file = join(folder, "Pulumi.yaml");
    const { main } = (existsSync(file) ? parse(readFileSync(file, "utf8")) : {}) as { main?: string };
    if (main !== undefined) return resolve(folder, main);
  }
  return join(import.meta.dirname, `../../stacks/index${extname(import.meta.filename)}`);
}

/** Config of the stack that belongs to others, as far as it is not secret. */
function foreignConfig({ stack }: Chosen): Record<string, unknown> {
  if (!stack) return {};
  const { config } = readStackFile(join(stack.directory, `Pulumi.${stack.name}.yaml`));
  return Object.fromEntries(
    Object.entries(config).filter(([key, value]) => !key.startsWith("atelier:") && !isSecure(value)),
  );
}

const isSecure = (value: unknown): boolean =>
  typeof value === "object" && value !== null && ("secure" in value || Object.values(value).some(isSecure));

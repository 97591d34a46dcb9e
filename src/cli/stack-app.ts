/** The app that a stack deploys, as its committed config file says. */
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { Stop } from "../../bootstrap/stop.mjs";
import { committedFile } from "../../engine/stack-file.ts";
import { loadApp } from "../config/index.ts";
import type { App } from "../config/model.ts";
import { parseStackConfig } from "../config/stack.ts";

/** @throws Stop when the stack has no config file. ConfigError when its config or the app is wrong. */
export async function appOfStack(project: string, stack: string): Promise<App> {
  const file = committedFile({ project, stack, own: "" });
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) {
    throw new Stop(
      `there is no Pulumi.${stack}.yaml in ${project}; write one with atelier:app, or name another stack`,
    );
  }
  const written = (parse(text) as { config?: Record<string, unknown> } | null)?.config ?? {};
  const config = Object.fromEntries(
    Object.entries(written).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  const { app, environment, overrides } = parseStackConfig(config, { directory: project });
  return loadApp({ file: app, environment, overrides }).app;
}

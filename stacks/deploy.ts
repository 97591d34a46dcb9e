/** One Pulumi program for every app: stack config → App → target → parts. */
import { getRootDirectory, RunError, runtime } from "@pulumi/pulumi";
import { lint } from "../src/app/lints.ts";
import { loadApp } from "../src/config/index.ts";
import { ConfigError, formatProblem } from "../src/config/problem.ts";
import { parseSettings, parseStackConfig } from "../src/config/stack.ts";
import { compose } from "./compose.ts";
import { checkSecrets } from "./secret-values.ts";
import { targetNamed, targets } from "./targets.ts";

/** Creates the app that the stack's config names, on the target that it names, and returns the stack's outputs.
 *
 * Everything that can be wrong is refused first, all at once, with nothing created. With `ATELIER_REHEARSAL=1`, which
 * `atelier rehearse` sets beside its simulated providers, the host is assumed in place of asked.
 * @throws RunError with one line per problem: key path, value, what is allowed, what to do
 */
export async function deploy(): Promise<Record<string, unknown>> {
  try {
    return await run();
  } catch (error) {
    // Pulumi prints the message of a RunError and leaves out the stack.
    throw error instanceof ConfigError ? new RunError(error.message) : error;
  }
}

async function run(): Promise<Record<string, unknown>> {
  const directory = getRootDirectory();
  const stack = parseStackConfig(runtime.allConfig(), { directory, targets: Object.keys(targets) });
  const { app, place } = loadApp({
    file: stack.app,
    environment: stack.environment,
    overrides: stack.overrides,
  });
  const target = await targetNamed(stack.target);
  const settings = parseSettings(target, stack.settings);
  const refusals = [...target.refuse(app, settings), ...checkSecrets(app, stack)];
  if (refusals.length > 0) throw new ConfigError(refusals.map(place));
  const warnings = lint(app).map((warning) => formatProblem(place(warning)));
  const rehearsed = process.env.ATELIER_REHEARSAL === "1";
  const adapters = rehearsed ? target.assume(app, settings) : await target.open(app, settings);
  const { notes, ...outputs } = compose(app, adapters, { seed: stack.seed ?? "", values: stack.secrets });
  return { ...outputs, notes: [...notes, ...warnings] };
}

/** One Pulumi program for every app: stack config → App → target → parts. */
import { getRootDirectory, runtime } from "@pulumi/pulumi";
import { loadApp } from "../src/config/index.ts";
import { ConfigError } from "../src/config/problem.ts";
import { checkSecrets } from "../src/config/secret-values.ts";
import { parseStackConfig } from "../src/config/stack.ts";
import { compose } from "./compose.ts";
import { targets } from "./targets.ts";

/** Creates the app that the stack's config names, on the target that it names.
 *
 * Everything that can be wrong is refused first, all at once, with nothing created.
 * @throws ConfigError one line per problem
 */
export async function deploy(): Promise<Record<string, unknown>> {
  restoreStackTraces();
  const stack = parseStackConfig(runtime.allConfig(), { directory: getRootDirectory() });
  const { app } = loadApp({ file: stack.app, environment: stack.environment, overrides: stack.overrides });
  const target = await targetNamed(stack.target);
  const settings = target.settings.parse(stack.settings ?? {});
  const refusals = [...target.refuse(app, settings), ...checkSecrets(app, stack)];
  if (refusals.length > 0) throw new ConfigError(refusals);
  const adapters = await target.open(app, settings);
  return compose(app, adapters, { seed: stack.seed, values: stack.secrets });
}

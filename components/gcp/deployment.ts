/** One deployment of one app in one Google Cloud project: what every part of it needs to know.
 *
 * Parts name no project: it is the provider's, which comes with the parent or the options of a part. So the same
 * component works in a stack that brings its own provider.
 */
import type { App } from "../../src/config/model.ts";
import type { GcpSettings } from "./settings.ts";

export interface Deployment {
  readonly app: App;
  readonly settings: GcpSettings;
}

/** Every region that the app runs in, the one with the data first.
 * @throws Error when nobody named one; the target refused that before
 */
export function regionsOf({ app, settings }: Deployment): readonly [string, ...string[]] {
  const [first, ...rest] = [...new Set([...(settings.region ? [settings.region] : []), ...app.regions])];
  if (first === undefined) throw new Error("No region is named.");
  return [first, ...rest];
}

/** Region of the data and of what exists once. */
export const homeOf = (deployment: Deployment): string => regionsOf(deployment)[0];

/** Labels of everything that takes labels: Google allows lower-case letters, digits, `_` and `-`, up to 63. */
export function labelsOf({ app, settings }: Deployment): Record<string, string> {
  return { ...settings.labels, app: app.name, environment: app.environment };
}

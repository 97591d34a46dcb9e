/** The configuration layer: app.yaml and stack config → App. */

export type { Origin, Origins, Source } from "./layers.ts";
export { type Loaded, type LoadOptions, loadApp, loadAppText, loadAppValue } from "./load.ts";
export type * from "./model.ts";
export type { Overrides } from "./overrides.ts";
export { ConfigError, formatProblem, type Problem } from "./problem.ts";
export * from "./units.ts";

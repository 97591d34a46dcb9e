/** Atelier's public entry: deploy an app, or load its configuration. Components are imported from their folders. */
export { deploy } from "../stacks/deploy.ts";
export { loadApp } from "./config/index.ts";
export type * from "./config/model.ts";
export * from "./config/units.ts";

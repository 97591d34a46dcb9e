/** Routes in the order in which they are tried. */
import type { App, Route } from "../config/model.ts";

/** Longest prefix first; equal lengths by name, so that the order never depends on how the file is written. */
export function byPrefixLength(routes: App["routes"]): [path: string, route: Route][] {
  return Object.entries(routes).sort(([a], [b]) => b.length - a.length || a.localeCompare(b));
}

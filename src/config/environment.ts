/** Which preset an environment starts from. */

import { findingsOf } from "./issues.ts";
import type { PresetName } from "./model.ts";
import type { Place } from "./places.ts";
import { presets } from "./presets.ts";
import type { Problem } from "./problem.ts";
import { environmentName, type Overlay } from "./schema/app.ts";
import { suggest } from "./suggest.ts";

/** @param at where environments are declared; absent when they stand in no file
 *
 * The preset that the environment names, else the one of the same name, else dev. A name that looks like a misspelt
 * one of another environment is refused: nobody wants `prd` to start from dev.
 */
export function chooseEnvironment(
  name: string,
  environments: Readonly<Record<string, Overlay>>,
  at: Place | undefined,
): { readonly preset: PresetName; readonly problems: readonly Problem[] } {
  const valid = environmentName().safeParse(name);
  if (!valid.success) {
    const [found] = findingsOf(valid.error, name);
    const { what, allowed, remedy } = found ?? { what: "is not a name", remedy: "write dev" };
    return {
      preset: "dev",
      problems: [{ path: ["environment"], what, ...(allowed && { allowed }), remedy }],
    };
  }
  const declared = Object.hasOwn(environments, name) ? environments[name] : undefined;
  const own = Object.hasOwn(presets, name) ? (name as PresetName) : "dev";
  if (declared || Object.hasOwn(presets, name)) return { preset: declared?.preset ?? own, problems: [] };
  const known = [...new Set([...Object.keys(environments), ...Object.keys(presets)])];
  const near = suggest(name, known);
  if (near === undefined) return { preset: "dev", problems: [] };
  const problem: Problem = {
    path: ["environments", name],
    what: `${name} is not declared, and looks like ${near}`,
    allowed: known.join(", "),
    ...(at && { at }),
    remedy: `did you mean ${near}? otherwise add environments.${name}: { preset: dev }`,
  };
  return { preset: "dev", problems: [problem] };
}

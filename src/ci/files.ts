/** Writes workflow files, and never over one that somebody else wrote. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Stop } from "../../bootstrap/stop.mjs";
import { isOurs } from "./document.ts";

/** Path → text. */
export type Files = Readonly<Record<string, string>>;

export type State = "missing" | "current" | "changed" | "foreign";

/** How each file compares with what would be written. */
export async function compareFiles(files: Files): Promise<ReadonlyMap<string, State>> {
  const states = new Map<string, State>();
  for (const [path, text] of Object.entries(files)) states.set(path, await stateOf(path, text));
  return states;
}

async function stateOf(path: string, text: string): Promise<State> {
  const found = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new Stop(`${path} can't be read: ${error.message}`);
  });
  if (found === undefined) return "missing";
  if (found === text) return "current";
  return isOurs(found) ? "changed" : "foreign";
}

/** Writes what is missing or changed; returns those paths.
 * @throws Stop naming every file that somebody else wrote, before anything is written
 */
export async function writeFiles(files: Files): Promise<readonly string[]> {
  const states = await compareFiles(files);
  const foreign = pathsIn(states, "foreign");
  if (foreign.length > 0) {
    const [is, it] = foreign.length === 1 ? ["is", "it"] : ["are", "them"];
    throw new Stop(
      `${foreign.join(", ")} ${is} there and not written by atelier ci; move ${it} away, or write elsewhere with --out`,
    );
  }
  const stale = [...pathsIn(states, "missing"), ...pathsIn(states, "changed")];
  for (const path of stale) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, files[path] ?? "");
  }
  return stale;
}

const pathsIn = (states: ReadonlyMap<string, State>, wanted: State): string[] =>
  [...states].flatMap(([path, state]) => (state === wanted ? [path] : []));

const WORDS = {
  missing: "is missing",
  current: "is current",
  changed: "is not what would be written now",
  foreign: "was not written by atelier ci",
} as const satisfies Record<State, string>;

/** One line per file, and whether all of them are current. */
export function describeStates(states: ReadonlyMap<string, State>): {
  readonly text: string;
  readonly current: boolean;
} {
  const lines = [...states].map(([path, state]) => `${path} ${WORDS[state]}`);
  return {
    text: `${lines.join("\n")}\n`,
    current: [...states.values()].every((state) => state === "current"),
  };
}

/** A stack's own file, Pulumi.<stack>.yaml: its `config` block as a plain record. */
import type { Problem } from "./problem.ts";
import { readText } from "./read-file.ts";
import { show } from "./unreadable.ts";
import { readYaml } from "./yaml.ts";

export interface StackFile {
  readonly config: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
  /** Adds line and column to a problem with a key of the stack's config. */
  readonly place: (problem: Problem) => Problem;
}

export function readStackFile(file: string): StackFile {
  const text = readText(
    file,
    "name a stack that exists, or write the file with atelier:app and atelier:target",
  );
  if (typeof text !== "string") return { config: {}, problems: [text], place: (problem) => problem };
  const { value, problems, places } = readYaml(file, text);
  const place = (problem: Problem): Problem => {
    const own = String(problem.path[0]).startsWith("atelier:");
    const at = problem.at ?? (own ? places.nearest(["config", ...problem.path]) : undefined);
    return at ? { ...problem, at } : problem;
  };
  if (!isMap(value) || problems.length > 0) return { config: {}, problems, place };
  const { config = {} } = value;
  if (isMap(config)) return { config, problems: [], place };
  const what = `${show(config)} is not a map`;
  const at = places.nearest(["config"]);
  return {
    config: {},
    place,
    problems: [{ path: ["config"], ...(at && { at }), what, remedy: "write atelier:app: app.yaml below it" }],
  };
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

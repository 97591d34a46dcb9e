/** A stack's own file, Pulumi.<stack>.yaml: its `config` block as a plain record. */
import type { Problem } from "./problem.ts";
import { readText } from "./read-file.ts";
import { show } from "./unreadable.ts";
import { readYaml } from "./yaml.ts";

export interface StackFile {
  readonly config: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

export function readStackFile(file: string): StackFile {
  const text = readText(
    file,
    "name a stack that exists, or write the file with atelier:app and atelier:target",
  );
  if (typeof text !== "string") return { config: {}, problems: [text] };
  const { value, problems, places } = readYaml(file, text);
  if (!isMap(value) || problems.length > 0) return { config: {}, problems };
  const { config = {} } = value;
  if (isMap(config)) return { config, problems: [] };
  const what = `${show(config)} is not a map`;
  const at = places.nearest(["config"]);
  return {
    config: {},
    problems: [{ path: ["config"], at, what, remedy: "write atelier:app: app.yaml below it" }],
  };
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

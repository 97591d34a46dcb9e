/** Answers a shell that completes: which words may come next. Only the command that is being written is loaded. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { RootCommand } from "@bomb.sh/tab";
import type { CommandDef } from "citty";
import { type Command, findCommand } from "./command-tree.ts";
import { SHELLS } from "./completion.ts";

/** What completion may look at. */
export interface Surroundings {
  /** Folder whose stacks are known. */
  readonly folder: string;
  /** Names of the targets. */
  readonly targets: readonly string[];
}

/** Prints what may stand in place of the last word, one per line, and how the shell is to take it.
 * @param words after the program's name; the last one is being written and may be empty
 */
export async function answerCompletion(
  root: CommandDef,
  words: readonly string[],
  where: Surroundings,
): Promise<void> {
  const { command } = await findCommand(root, words.slice(0, -1));
  const tab = new RootCommand();
  // It finds a command only by those above it.
  for (let length = 1; length < command.words.length; length++)
    tab.command(command.words.slice(0, length).join(" "), "");
  for (const name of Object.keys(command.below)) tab.command([...command.words, name].join(" "), "");
  const own = command.words.length > 0 ? tab.command(command.words.join(" "), command.description) : tab;
  addOptions(own, command, where);
  tab.parse([...words]);
}

function addOptions(
  own: RootCommand | ReturnType<RootCommand["command"]>,
  command: Command,
  where: Surroundings,
): void {
  for (const { name, alias, description, takesValue } of command.options) {
    const values = takesValue ? valuesOf(name, where) : undefined;
    const short = alias.find((one) => one.length === 1);
    if (!values) own.option(name, description, ...(short ? [short] : []));
    else {
      const handler = (complete: (value: string, description: string) => void) => {
        for (const value of values()) complete(value, "");
      };
      own.option(name, description, handler, short);
    }
  }
  for (const { name } of command.positionals) {
    own.argument(name, (complete) => {
      for (const value of POSITIONALS[`${command.words.join(" ")} ${name}`] ?? []) complete(value, "");
    });
  }
  own.option("help", "Print what the command takes, with examples");
}

const POSITIONALS: Readonly<Record<string, readonly string[]>> = { "completion shell": SHELLS };

/** Finds what an option of this name may be; undefined for one that takes any text. */
function valuesOf(option: string, { folder, targets }: Surroundings): (() => readonly string[]) | undefined {
  const known: Readonly<Record<string, () => readonly string[]>> = {
    stack: () => stacksIn(folder),
    environment: () => environmentsIn(folder),
    target: () => targets,
    format: () => ["svg", "png", "mermaid"],
    from: () => ["plan", "app"],
  };
  return Object.hasOwn(known, option) ? known[option] : undefined;
}

/** `Pulumi.prod.yaml` → prod */
function stacksIn(folder: string): string[] {
  return readdirSync(folder)
    .flatMap((name) => /^Pulumi\.([\w-]+)\.ya?ml$/.exec(name)?.[1] ?? [])
    .sort();
}

/** Those that have a preset of their own, those that stacks name, and those that their apps declare. */
function environmentsIn(folder: string): readonly string[] {
  const configs = stacksIn(folder).map((stack) => mapIn(resolve(folder, `Pulumi.${stack}.yaml`)).config);
  const written = configs.filter((config) => isMap(config));
  const named = written.map((config) => config["atelier:environment"]);
  const apps = new Set(written.map((config) => resolve(folder, String(config["atelier:app"] ?? "app.yaml"))));
  const declared = [...apps].flatMap((app) => Object.keys(mapIn(app).environments ?? {}));
  return [...new Set(["dev", "staging", "prod", ...named, ...declared])].filter(
    (name) => typeof name === "string",
  );
}

/** A file's content; nothing where it can't be read, because a key press is no place to complain. */
function mapIn(file: string): Readonly<Record<string, unknown>> {
  try {
    // Most key presses ask for no environment; the library that completes waits for no import.
    const { parse } = createRequire(import.meta.url)("yaml") as typeof import("yaml");
    const value: unknown = parse(readFileSync(file, "utf8"));
    return isMap(value) ? value : {};
  } catch {
    return {};
  }
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

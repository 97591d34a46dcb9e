/** Finds commands by their words, and what each takes. */
import type { ArgDef, ArgsDef, CommandDef, CommandMeta, Resolvable, SubCommandsDef } from "citty";

/** A command with everything in it resolved. */
export interface Command {
  /** Words that call it, without the program's own name: `["ci", "github"]`. */
  readonly words: readonly string[];
  readonly description: string;
  readonly options: readonly Option[];
  readonly positionals: readonly Positional[];
  /** Names of what is below it, and how each is loaded. */
  readonly below: SubCommandsDef;
}

export interface Option {
  readonly name: string;
  readonly alias: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
}

export interface Positional {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
}

/** The command that the first words name, as far as they name one, and the words that are left. */
export async function findCommand(
  root: CommandDef,
  words: readonly string[],
): Promise<{ readonly command: Command; readonly rest: readonly string[] }> {
  let definition = root;
  let taken = 0;
  for (const word of words) {
    const below = (await resolve(definition.subCommands)) ?? {};
    const next = Object.hasOwn(below, word) ? await resolve<CommandDef | undefined>(below[word]) : undefined;
    if (!next) break;
    definition = next;
    taken++;
  }
  return { command: await describe(definition, words.slice(0, taken)), rest: words.slice(taken) };
}

async function describe(definition: CommandDef, words: readonly string[]): Promise<Command> {
  const meta: CommandMeta | undefined = await resolve(definition.meta);
  const args: ArgsDef = (await resolve(definition.args)) ?? {};
  const all = Object.entries(args);
  return {
    words,
    description: meta?.description ?? "",
    options: all.filter(([, arg]) => arg.type !== "positional").map(optionOf),
    positionals: all.filter(([, arg]) => arg.type === "positional").map(positionalOf),
    below: (await resolve(definition.subCommands)) ?? {},
  };
}

function optionOf([name, arg]: readonly [string, ArgDef]): Option {
  const alias = "alias" in arg && arg.alias !== undefined ? [arg.alias].flat() : [];
  const preset = typeof arg.default === "string" ? `. Without it, ${arg.default}` : "";
  return {
    name,
    alias,
    description: `${arg.description ?? ""}${preset}`,
    takesValue: arg.type !== "boolean",
  };
}

function positionalOf([name, arg]: readonly [string, ArgDef]): Positional {
  return { name, description: arg.description ?? "", required: arg.required !== false };
}

const resolve = async <T>(value: Resolvable<T> | undefined): Promise<T | undefined> =>
  value instanceof Function ? value() : value;

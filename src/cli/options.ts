/** Options of a command, read strictly: what is not known, has no value or stands alone is one clear error. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { ConfigError, type Problem } from "../config/problem.ts";
import { suggest } from "../config/suggest.ts";

export type Options = NonNullable<ParseArgsConfig["options"]>;

/** @throws ConfigError that names the option, what is allowed and what to write instead */
export function readOptions<O extends Options>(command: string, options: O, rawArgs: readonly string[]) {
  try {
    return parseArgs({ args: [...rawArgs], options, allowPositionals: false }).values;
  } catch (error) {
    const wrong = /'([^'\s=]*)/.exec(error instanceof Error ? error.message : "")?.[1] ?? "";
    const problem = wrong.startsWith("-")
      ? unknownOption(wrong, options)
      : unexpected(command, wrong, options);
    throw new ConfigError([problem]);
  }
}

const listed = (options: Options) =>
  Object.keys(options)
    .map((name) => `--${name}`)
    .join(", ");

const unexpected = (command: string, word: string, options: Options): Problem => ({
  path: [`atelier ${command}`],
  what: `${word} is not an option`,
  allowed: listed(options),
  remedy: "put the option's name before it",
});

function unknownOption(option: string, options: Options): Problem {
  const name = option.replace(/^--?/, "");
  const known = Object.hasOwn(options, name) ? options[name] : undefined;
  if (known) {
    const value = name === "set" ? "key=value" : "VALUE";
    return {
      path: [option],
      what: "has no value, or one where none is taken",
      remedy: known.type === "boolean" ? `write --${name}` : `write ${option} ${value}`,
    };
  }
  const near = suggest(name, Object.keys(options));
  return {
    path: [option],
    what: "is not an option",
    allowed: listed(options),
    remedy: near ? `did you mean --${near}?` : "remove it",
  };
}

/** What `--help` prints: at most 80 columns, colours on a terminal alone. */
import { styleText } from "node:util";
import type { CommandDef } from "citty";
import { type Command, findCommand, type Option } from "./command-tree.ts";
import { EXAMPLES, EXIT_CODES } from "./examples.ts";

const WIDTH = 80;
const INDENT = "  ";
/** Names longer than this stand on a line of their own. */
const NAMES = 24;

export interface HelpOptions {
  readonly colors: boolean;
}

/** Help for the command that the words name; for the program itself when they name none. */
export async function helpText(
  root: CommandDef,
  words: readonly string[],
  { colors }: HelpOptions,
): Promise<string> {
  const { command } = await findCommand(
    root,
    words.filter((word) => !word.startsWith("-")),
  );
  const paint = (title: string) => (colors ? styleText("bold", title, { validateStream: false }) : title);
  const blocks = [
    wrap(`${sentence(command.description)}.`, ""),
    ...section(paint("USAGE"), [wrap(usage(command), INDENT, `${INDENT}${INDENT}`)]),
    ...section(
      paint("ARGUMENTS"),
      table(command.positionals.map(({ name, description }) => [name, description])),
    ),
    ...section(
      paint("OPTIONS"),
      table(command.options.map((option) => [spelling(option), option.description])),
    ),
    ...section(paint("COMMANDS"), table(await summaries(command))),
    ...section(paint("EXAMPLES"), examples(command)),
    ...section(paint("EXIT CODES"), table(exitCodes(command))),
    ...(Object.keys(command.below).length > 0
      ? [wrap(`${called(command)} COMMAND --help says more of one.`, "")]
      : []),
  ];
  return `${blocks.join("\n\n")}\n`;
}

const called = ({ words }: Command): string => ["atelier", ...words].join(" ");

const sentence = (text: string): string => text.replace(/\.$/, "");

function usage(command: Command): string {
  const { below, options, positionals } = command;
  if (Object.keys(below).length > 0) return `${called(command)} COMMAND [OPTIONS]`;
  const words = positionals.map(({ name, required }) =>
    required ? name.toUpperCase() : `[${name.toUpperCase()}]`,
  );
  const passed = command.words[0] === "pulumi" ? ["-- ARGUMENTS"] : [];
  return [called(command), ...words, ...(options.length > 0 ? ["[OPTIONS]"] : []), ...passed].join(" ");
}

function spelling({ name, alias, takesValue }: Option): string {
  const names = [...alias.map((one) => `-${one}`), `--${name}`].join(", ");
  return takesValue ? `${names} VALUE` : names;
}

async function summaries({ below }: Command): Promise<[string, string][]> {
  const names = Object.keys(below);
  const found = await Promise.all(names.map((name) => findCommand({ subCommands: below }, [name])));
  return names.map((name, index) => [name, sentence(found[index]?.command.description ?? "")]);
}

function examples({ words }: Command): string[] {
  return (EXAMPLES[words.join(" ")] ?? []).flatMap(([line, meaning]) => [
    wrap(`npx atelier ${line}`, INDENT, `${INDENT}${INDENT}`, " \\"),
    wrap(meaning, `${INDENT}${INDENT}`),
  ]);
}

function exitCodes({ words, below }: Command): [string, string][] {
  if (Object.keys(below).length > 0 && words.length > 0) return [];
  const own = EXIT_CODES[words.join(" ")] ?? {};
  return Object.entries({ 0: "fine", 1: "refused or failed", ...own });
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length > 0 ? [[title, ...lines].join("\n")] : [];

/** Two columns; a name that is too long for the first has its text below it. */
function table(rows: readonly (readonly [string, string])[]): string[] {
  const fitting = rows.map(([name]) => name.length).filter((length) => length <= NAMES);
  const column = INDENT.length + Math.max(0, ...fitting) + 2;
  return rows.map(([name, text]) => {
    const body = wrap(text, " ".repeat(column));
    return name.length > NAMES
      ? `${INDENT}${name}\n${body}`
      : `${INDENT}${name}`.padEnd(column) + body.slice(column);
  });
}

/** Breaks at spaces. @param end what stands at the end of every line but the last */
function wrap(text: string, first: string, next = first, end = ""): string {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(/\s+/)) {
    const begun = line.trim() !== "";
    if (begun && line.length + 1 + word.length + end.length > WIDTH) {
      lines.push(line);
      line = next + word;
    } else line += begun ? ` ${word}` : word;
  }
  return [...lines.map((one) => one + end), line].join("\n");
}

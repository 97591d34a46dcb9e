/** `--help` of every command: 80 columns, an example that is no invention, exit codes. And what completion answers. */
import { describe, expect, it } from "vitest";
import { findCommand } from "../../src/cli/command-tree.ts";
import { EXAMPLES, EXIT_CODES } from "../../src/cli/examples.ts";
import { helpText } from "../../src/cli/help.ts";
import { main } from "../../src/cli/main.ts";

/** Every command by its words, the program itself first. */
async function commandsBelow(words: readonly string[]): Promise<(readonly string[])[]> {
  const { command } = await findCommand(main, words);
  const below = await Promise.all(Object.keys(command.below).map((name) => commandsBelow([...words, name])));
  return [words, ...below.flat()];
}
const all = await commandsBelow([]);
const called = (words: readonly string[]) => words.join(" ");
const cases = all.map((words) => [`atelier ${called(words)}`.trim(), words] as const);

it("covers every command, and no other", () => {
  expect(Object.keys(EXAMPLES).sort()).toEqual(all.map(called).sort());
  expect(all.map(called)).toEqual(expect.arrayContaining(Object.keys(EXIT_CODES)));
});

describe.each(cases)("%s --help", (_, words) => {
  it("fits 80 columns, and has examples and a meaning of every option", async () => {
    const text = await helpText(main, words, { colors: false });
    const wide = text.split("\n").filter((line) => line.length > 80);
    expect(wide).toEqual([]);
    expect(text).toContain("\nUSAGE\n");
    expect(text).toContain("\nEXAMPLES\n  npx atelier ");
    const { command } = await findCommand(main, words);
    for (const { name, description } of command.options) expect(description, `--${name}`).not.toBe("");
    if (Object.keys(command.below).length === 0) expect(text).toContain("\nEXIT CODES\n  0  fine\n  1  ");
  });

  it("shows examples that the command takes", async () => {
    for (const [line] of EXAMPLES[called(words)] ?? []) {
      const asked = line.split(/ (?:[<>]|>>) /)[0]?.split(" ") ?? [];
      const own = asked.slice(0, asked.includes("--") ? asked.indexOf("--") : undefined);
      const { command, rest } = await findCommand(main, own);
      expect(called(command.words).startsWith(called(words)), line).toBe(true);
      const options = rest.filter((word) => word.startsWith("--")).map((word) => word.slice(2));
      expect(command.options.map(({ name }) => name)).toEqual(expect.arrayContaining(options));
    }
  });
});

it("paints titles only when it may", async () => {
  const bold = "\u001b[1m";
  expect(await helpText(main, ["plan"], { colors: false })).not.toContain(bold);
  expect(await helpText(main, ["plan"], { colors: true })).toContain(`${bold}USAGE`);
});

it("shows a command as it is called", async () => {
  expect(
    await helpText(main, ["secrets", "set", "--help"], { colors: false }),
  ).toBe(`Set a required secret; the value is asked for, or read from standard input.

USAGE
  atelier secrets set NAME [OPTIONS]

ARGUMENTS
  name  Name of the secret

OPTIONS
  -s, --stack VALUE  Name of the stack; the selected one, or dev

EXAMPLES
  npx atelier secrets set OPENAI_API_KEY --stack prod
    asks for the value, so that it stands in no history
  npx atelier secrets set OPENAI_API_KEY < key.txt
    reads it from a file

EXIT CODES
  0  fine
  1  refused or failed
`);
});

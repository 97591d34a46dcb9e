/** The bad input table: each file of tests/fixtures/bad-input is a wrong app.yaml, followed by the complete output. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, loadAppText } from "../../src/config/index.ts";

const FOLDER = join(import.meta.dirname, "../fixtures/bad-input");
const MARK = "\n# expected\n";

function readCase(file: string) {
  const [text = "", expected = ""] = readFileSync(join(FOLDER, file), "utf8").split(MARK);
  const environment = /^# environment: (\S+)/.exec(text)?.[1] ?? "prod";
  return { file, text, environment, expected: expected.trimEnd().replaceAll(/^# /gm, "") };
}

/** What cannot stand legibly in a file of its own. */
const UNWRITABLE: readonly (readonly [title: string, text: string, expected: string])[] = [
  ["an empty file", "", "app.yaml:1:1: is empty; write at least a name and one service"],
  ["a file of comments", "# nothing\n", "app.yaml:1:1: is empty; write at least a name and one service"],
  [
    "a file of a million characters",
    "#".repeat(1_000_000),
    "app.yaml:1:1: has 1000000 characters; allowed: up to 524288; split the app or leave out what is not used",
  ],
  [
    "ten thousand brackets",
    `name: ${"[".repeat(10_000)}`,
    "app.yaml:1:39: is nested deeper than 32 levels; allowed: up to 32 levels; write it flatter",
  ],
  [
    "ten thousand dashes",
    "- ".repeat(10_000),
    "app.yaml:1:67: is nested deeper than 32 levels; allowed: up to 32 levels; write it flatter",
  ],
  [
    "control characters",
    'name: "a\\u0000b"\nservices: { api: { kind: job, build: ./api } }\n',
    'app.yaml:1:7: name: "a\\u0000b" is not a name; allowed: up to 20 lower-case letters, digits and hyphens, starting with a letter; write flashfit for instance',
  ],
  [
    "numbers that are none",
    "name: closet\nservices: { api: { kind: job, build: ./api, cpu: .nan, memory: .inf, timeout: 1e400 } }\n",
    [
      "app.yaml:2:50: services.api.cpu: NaN is not a number of cores; write 0.5 for instance",
      "app.yaml:2:64: services.api.memory: Infinity is not a size; write 512Mi for instance",
      "app.yaml:2:79: services.api.timeout: Infinity is not a length of time; write 10s for instance",
    ].join("\n"),
  ],
];

function messageOf(text: string, environment: string): string {
  try {
    loadAppText(text, { file: "app.yaml", environment });
    return "accepted";
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

describe("a wrong app.yaml", () => {
  const cases = readdirSync(FOLDER).map(readCase);

  it("has at least 25 cases", () => {
    expect(cases.length).toBeGreaterThanOrEqual(25);
  });

  it.each(cases)("$file", ({ text, environment, expected }) => {
    expect(messageOf(text, environment)).toBe(expected);
  });

  it.each(UNWRITABLE)("%s", (_, text, expected) => {
    expect(messageOf(text, "prod")).toBe(expected);
  });
});

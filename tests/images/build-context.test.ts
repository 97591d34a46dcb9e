/** Which files a build sees, and that its hash changes exactly when they do. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { contextFiles, contextHash, definesUser } from "../../src/app/build-context.ts";

let folder = "";
const options = { dockerfile: "Dockerfile", args: {} };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "context-"));
  write({ Dockerfile: "FROM scratch\n" });
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** What a .dockerignore of these lines leaves of these files. */
function left(lines: readonly string[], files: readonly string[]): string[] {
  write({ ".dockerignore": lines.join("\n"), ...Object.fromEntries(files.map((file) => [file, file])) });
  return contextFiles(folder).filter((path) => path !== "Dockerfile" && path !== ".dockerignore");
}

describe("contextFiles reads .dockerignore as Docker does", () => {
  it.each<[string, string[], string[], string[]]>([
    [
      "patterns hold at the root only",
      ["node_modules"],
      ["node_modules/a", "web/node_modules/b"],
      ["web/node_modules/b"],
    ],
    ["** reaches everywhere", ["**/*.log"], ["a.log", "x/y/b.log", "c.txt"], ["c.txt"]],
    ["a star stays in its folder", ["*.md"], ["README.md", "docs/a.md"], ["docs/a.md"]],
    ["leading and trailing slashes mean nothing", ["/dist/", "./tmp"], ["dist/a", "tmp/b", "c"], ["c"]],
    ["the last matching line wins", ["*.md", "!README.md"], ["README.md", "a.md"], ["README.md"]],
    [
      "a file in an ignored folder can be kept",
      ["docs", "!docs/keep.md"],
      ["docs/a.md", "docs/keep.md"],
      ["docs/keep.md"],
    ],
    ["everything but", ["*", "!src", "src/*.test.ts"], ["a", "src/b.ts", "src/c.test.ts"], ["src/b.ts"]],
    ["comments and blank lines are no patterns", ["# a", "", "  b  "], ["a", "b"], ["a"]],
    ["case counts", ["readme"], ["README", "readme2"], ["README", "readme2"]],
  ])("%s", (_, lines, files, expected) => {
    expect(left(lines, files)).toEqual(expected);
  });

  it("never leaves out the Dockerfile", () => {
    write({ "build/Dockerfile.web": "FROM scratch\n", ".dockerignore": "**" });
    expect(contextFiles(folder, "build/Dockerfile.web")).toEqual([".dockerignore", "build/Dockerfile.web"]);
  });
});

describe("contextHash", () => {
  const hash = () => contextHash(folder, options);

  it("is fit for a tag and the same each time", () => {
    expect(hash()).toMatch(/^[0-9a-f]{16}$/);
    expect(hash()).toBe(hash());
  });

  it.each<[string, () => void]>([
    ["content", () => write({ Dockerfile: "FROM scratch \n" })],
    ["a new file", () => write({ "src/a": "" })],
    ["a new empty folder", () => mkdirSync(join(folder, "empty"))],
    ["the executable bit", () => chmodSync(join(folder, "run"), 0o755)],
    ["a link's target", () => symlinkSync("other", join(folder, "link"))],
  ])("changes with %s", (_, change) => {
    write({ run: "#!/bin/sh" });
    const before = hash();
    change();
    expect(hash()).not.toBe(before);
  });

  it.each<[string, Parameters<typeof contextHash>[1]]>([
    ["an argument", { ...options, args: { BASE: "debian:bookworm-slim" } }],
    ["the target", { ...options, target: "test" }],
    ["the Dockerfile's name", { ...options, dockerfile: "Other" }],
  ])("changes with %s", (_, other) => {
    write({ Other: "FROM scratch\n" });
    expect(contextHash(folder, other)).not.toBe(hash());
  });

  it("does not change with times, ignored files and the order of arguments", () => {
    write({ ".dockerignore": "*.log" });
    const args = { A: "1", B: "2" };
    const before = contextHash(folder, { ...options, args });
    write({ "a.log": "noise" });
    utimesSync(join(folder, "Dockerfile"), 1, 1);
    expect(contextHash(folder, { ...options, args: { B: "2", A: "1" } })).toBe(before);
  });

  it("tells a file from two whose names and contents join to the same", () => {
    write({ ab: "c" });
    const before = hash();
    rmSync(join(folder, "ab"));
    write({ a: "bc" });
    expect(hash()).not.toBe(before);
  });
});

describe("definesUser", () => {
  it.each<[boolean, string]>([
    [false, "FROM debian"],
    [true, "FROM debian\nUSER 10001:10001"],
    [false, "FROM debian\nUSER root"],
    [false, "FROM debian\nUSER 0:0"],
    [true, "FROM debian\nUSER root\nRUN true\nuser app"],
    [false, "FROM debian AS build\nUSER app\nFROM debian"],
    [true, "FROM debian AS base\nUSER app\nFROM --platform=linux/amd64 base"],
    [false, "FROM debian\n# USER app"],
  ])("%s for %j", (expected, text) => {
    write({ Dockerfile: text });
    expect(definesUser(join(folder, "Dockerfile"))).toBe(expected);
  });
});

/** The shape of the house: imports point one way, without cycles, and shared code knows no cloud. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const FOLDERS = ["src", "components", "stacks", "engine", "policies", "rehearsal", "images"];

/** From the ground up; a file may import from its own floor and from those below. */
const FLOORS: readonly (readonly [floor: string, pattern: RegExp])[] = [
  ["configuration", /^src\/config\//],
  ["app", /^src\/app\//],
  [
    "contracts, monitoring definitions and what databases are told",
    /^components\/(contracts|monitoring|data)\//,
  ],
  ["engine, image builds and simulated providers", /^(engine|images|rehearsal)\//],
  ["adapters", /^components\/(docker|gcp|aws|kubernetes)\//],
  ["stacks", /^stacks\//],
  ["plans, and what is made of them", /^(src\/(plan|cost|graph|verify|ci)|policies)\//],
  ["command line and public entry", /^src\/(cli\/|index\.ts$)/],
];

const CLOUD_WORDS = /\b(docker|gcp|google|aws|amazon|fargate|ecs|kubernetes|k8s|gke|cloud ?run)\b/i;
const SHARED = /^(src\/(config|app)\/|components\/(contracts|monitoring|data)\/|stacks\/compose\.ts$)/;

const files = FOLDERS.flatMap((folder) => sourceFiles(join(root, folder))).map((file) =>
  relative(root, file),
);
const imports = new Map(files.map((file) => [file, importsOf(file)]));

describe("imports", () => {
  it("start from a file that stands on a known floor", () => {
    expect(files.filter((file) => floorOf(file) < 0)).toEqual([]);
  });

  it("never reach a floor above", () => {
    expect(edges().filter(([file, target]) => floorOf(target) > floorOf(file))).toEqual([]);
  });

  it("never reach another target", () => {
    const crossing = edges().filter(([file, target]) => {
      const [from, to] = [targetOf(file), targetOf(target)];
      return from && to && from !== to;
    });
    expect(crossing).toEqual([]);
  });

  it("have no cycle", () => {
    expect(findCycle()).toEqual([]);
  });
});

describe("shared code", () => {
  it("names no cloud outside of comments", () => {
    const lines = files
      .filter((file) => SHARED.test(file))
      .flatMap((file) => cloudWordsIn(file).map((line) => `${file}: ${line}`));
    expect(lines).toEqual([]);
  });
});

describe("providers", () => {
  it("are imported one resource at a time, because an index takes seconds", () => {
    const whole = files.flatMap((file) =>
      [
        ...readFileSync(join(root, file), "utf8").matchAll(
          /^(?:import|export) (?!type).* from "(@pulumi\/gcp[^"]*)"/gm,
        ),
      ]
        .map(([, from = ""]) => `${file}: ${from}`)
        .filter(
          (line) =>
            !/@pulumi\/gcp\/([a-z0-9]+\/[a-zA-Z0-9]+|provider)\.js$/.test(line) || line.endsWith("/index.js"),
        ),
    );
    expect(whole).toEqual([]);
  });
});

describe("rooms", () => {
  it("have no more than 350 lines", () => {
    const lengths = files.map(
      (file) => [file, readFileSync(join(root, file), "utf8").split("\n").length] as const,
    );
    expect(lengths.filter(([, length]) => length > 350)).toEqual([]);
  });
});

function edges(): [file: string, target: string][] {
  return files.flatMap((file) => (imports.get(file) ?? []).map((target): [string, string] => [file, target]));
}

function cloudWordsIn(file: string): string[] {
  return withoutComments(file)
    .split("\n")
    .filter((line) => CLOUD_WORDS.test(line))
    .map((line) => line.trim());
}

function sourceFiles(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.parentPath.includes("node_modules"),
    )
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), "utf8"), true, true);
  return importedFiles
    .filter(({ fileName }) => fileName.startsWith("."))
    .map(({ fileName }) => relative(root, resolve(root, dirname(file), fileName)))
    .filter((target) => target.endsWith(".ts"));
}

function floorOf(file: string): number {
  return FLOORS.findIndex(([, pattern]) => pattern.test(file));
}

function targetOf(file: string): string | undefined {
  return /^components\/(docker|gcp|aws|kubernetes)\//.exec(file)?.[1];
}

/** The first cycle that a depth-first walk meets, as a list of files. */
function findCycle(): string[] {
  const done = new Set<string>();
  const walk = (file: string, trail: readonly string[]): string[] => {
    const seen = trail.indexOf(file);
    if (seen >= 0) return [...trail.slice(seen), file];
    if (done.has(file)) return [];
    for (const next of imports.get(file) ?? []) {
      const cycle = walk(next, [...trail, file]);
      if (cycle.length > 0) return cycle;
    }
    done.add(file);
    return [];
  };
  for (const file of files) {
    const cycle = walk(file, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

function withoutComments(file: string): string {
  const { outputText } = ts.transpileModule(readFileSync(join(root, file), "utf8"), {
    compilerOptions: { removeComments: true, target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
  });
  return outputText;
}

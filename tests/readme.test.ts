/** What the README shows works: its app loads, its stack and settings parse, its program compiles, its commands exist. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { settings } from "../components/docker/settings.ts";
import { loadAppText } from "../src/config/load.ts";
import { parseSettings, parseStackConfig } from "../src/config/stack.ts";
import { gcpCloudRun } from "../stacks/gcp-cloud-run.ts";
import { targets } from "../stacks/targets.ts";
import { runProgram } from "./helpers/program.ts";
import { block, readme } from "./helpers/readme.ts";

const root = resolve(import.meta.dirname, "..");
const contributing = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
const packageJson = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Package;
const run = promisify(execFile);

interface Package {
  readonly scripts: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string>>;
}

it("shows an app that loads", () => {
  const { app } = loadAppText(block("yaml app"), { file: join(root, "app.yaml"), environment: "dev" });
  expect(Object.keys(app.services)).toEqual(["web", "api"]);
  expect(app.services.api?.uses).toEqual({ db: "write", cache: "write" });
});

it("shows a stack config and settings that are accepted", () => {
  const { config } = parse(block("yaml stack")) as { config: Record<string, string> };
  expect(parseStackConfig(config, { directory: root }).target).toBe("docker");
  const written = parse(block("yaml settings")) as { "atelier:docker": unknown };
  expect(settings.safeParse(written["atelier:docker"]).error).toBeUndefined();
});

it("shows a stack on Google Cloud that carries the app", () => {
  const { config } = parse(block("yaml google")) as { config: Record<string, unknown> };
  const stack = parseStackConfig(config, { directory: root, targets: Object.keys(targets) });
  const { app } = loadAppText(block("yaml app"), {
    file: join(root, "app.yaml"),
    environment: stack.environment,
  });
  expect(gcpCloudRun.refuse(app, parseSettings(gcpCloudRun, stack.settings))).toEqual([]);
});

it("shows who uses a part, in a program that runs", async () => {
  const folder = await mkdtemp(join(root, "tests/.readme-"));
  try {
    await writeFile(join(folder, "users.ts"), block("ts users"));
    const { resources } = await runProgram(() => import(join(folder, "users.ts")));
    const lets = resources.filter(({ name }) => name === "media-api");
    expect(lets.map(({ name, inputs }) => [name, inputs.role ?? inputs.serviceAccountEmail])).toEqual(
      expect.arrayContaining([
        ["media-api", "api@acme-prod.iam.gserviceaccount.com"],
        ["media-api", "roles/storage.objectUser"],
      ]),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it("shows the program of the example, which compiles", () => {
  const program = readFileSync(join(root, "examples/flashfit-ai/index.ts"), "utf8");
  expect(program.trim()).toBe(block("ts program").trim());
  const { diagnostics = [] } = ts.transpileModule(program, { reportDiagnostics: true });
  expect(diagnostics).toEqual([]);
});

it("names commands that exist", async () => {
  const commands = [...`${readme}${contributing}`.matchAll(/npx atelier (\w+)/g)].map(
    ([, name]) => name ?? "",
  );
  for (const name of new Set(commands)) {
    const { stdout } = await run(process.execPath, [join(root, "bootstrap/atelier.mjs"), name, "--help"]);
    expect(stdout, name).toContain("USAGE");
  }
  const scripts = [...`${readme}${contributing}`.matchAll(/npm (?:run )?(start|test|down)\b/g)];
  expect(scripts.every(([, name]) => name && packageJson.scripts[name])).toBe(true);
});

it("names files and exports that exist", () => {
  const links = [...`${readme}${contributing}`.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path]) => path ?? "");
  const paths = [
    ...contributing.matchAll(
      /(?:node|tests\/\S+|vitest run (?:--project \w+ )?)\s*((?:src|tests|bench)\/[\w./-]+)/g,
    ),
  ];
  const missing = [...links, ...paths.map(([, path]) => path ?? "")].filter((path) => {
    const full = join(root, path);
    return !existsSync(full) && !existsSync(dirname(full));
  });
  expect(missing).toEqual([]);
  const entries = [...readme.matchAll(/["`]atelier(\/[\w/-]+)["`]/g)].map(([, path]) => path ?? "");
  expect(entries).toContain("/gcp/postgres");
  for (const path of entries) expect(existsSync(entryOf(path)), `atelier${path}`).toBe(true);
});

/** The file behind `atelier/gcp/postgres`. */
function entryOf(path: string): string {
  const exact = packageJson.exports[`.${path}`];
  const [, target = "", rest = ""] = /^\/(\w+)\/(.+)$/.exec(path) ?? [];
  return join(root, exact ?? packageJson.exports[`./${target}/*`]?.replace("*", rest) ?? "missing");
}

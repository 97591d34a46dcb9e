/** The bad input table of Google Cloud: each file is a wrong app.yaml or stack, followed by all that `atelier config`
 * says to it. Both are read from files, as a user has them.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import colors from "picocolors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerConfig } from "../../src/cli/config.ts";
import { targets } from "../../stacks/targets.ts";

const FOLDER = join(import.meta.dirname, "../fixtures/bad-input-google");
const MARKS = /\n# (?:stack|expected)\n/;
const cases = readdirSync(FOLDER).map((file) => {
  const [app = "", stack = "", expected = ""] = readFileSync(join(FOLDER, file), "utf8").split(MARKS);
  return { file, app, stack, expected: expected.trimEnd().replaceAll(/^# /gm, "") };
});

let folder: string;
const before = process.cwd();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "atelier-bad-input-"));
  // Files as they are, and files that have to be built first.
  mkdirSync(join(folder, "site"));
  writeFileSync(join(folder, "site/index.html"), "<!doctype html>");
  mkdirSync(join(folder, "built"));
  writeFileSync(join(folder, "built/Dockerfile"), "FROM scratch");
  mkdirSync(join(folder, "empty"));
  process.chdir(folder);
});

afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

async function said(app: string, stack: string): Promise<string> {
  writeFileSync("app.yaml", app);
  writeFileSync("Pulumi.prod.yaml", stack);
  const { stderr, exitCode } = await answerConfig(["--stack", "prod"], {
    targets,
    paint: colors.createColors(false),
  });
  return exitCode === 1 ? stderr.trimEnd().replaceAll(folder, "") : "accepted";
}

describe("atelier config on Google Cloud", () => {
  it("has at least 30 cases, of both targets", () => {
    const named = (target: string) =>
      cases.filter(({ stack }) => stack.includes(`atelier:target: ${target}\n`)).length;
    expect(cases.length).toBeGreaterThanOrEqual(30);
    expect(named("gcp-cloud-run")).toBeGreaterThanOrEqual(15);
    expect(named("gcp-compute")).toBeGreaterThanOrEqual(10);
  });

  it.each(cases)("$file", async ({ app, stack, expected }) => {
    expect(await said(app, stack)).toBe(expected);
  });

  it("says no more once the stack is right", async () => {
    const app = "name: shop\nservices:\n  api: { kind: web, build: ./api, port: 80, health: /, cpu: 1 }\n";
    const settings = "atelier:gcp-cloud-run: { project: acme-prod, region: us-central1 }";
    expect(
      await said(`${app}routes: { /: api }\nedge: { domain: shop.example }\n`, stackWith(settings)),
    ).toBe("accepted");
  });
});

const stackWith = (settings: string) =>
  `config:\n  atelier:app: app.yaml\n  atelier:environment: prod\n  atelier:target: gcp-cloud-run\n  ${settings}\n`;

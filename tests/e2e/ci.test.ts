/** The plan step of the generated workflow, exactly as it is written there, in a clean clone of this repository and
 * without any credential, makes the Markdown that becomes the comment.
 */
import { execFileSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Ran, run } from "../../engine/command.ts";
import type { Job, Step } from "../../src/ci/github/steps.ts";
import { ROOT } from "../helpers/stack.ts";

const APP = "examples/flashfit-ai/app.yaml";

let folder: string;
let clone: string;
let plan: Job;

/** What a runner gives to every step: nothing of the person whose machine this is. */
const bare: Readonly<Record<string, string | undefined>> = {
  PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-ci-"));
  const upstream = join(folder, "upstream");
  await copySources(upstream);
  const git = gitIn(upstream);
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "-m", "Base");
  git("switch", "--quiet", "-c", "change");
  await change(upstream);
  git("commit", "--quiet", "-am", "Change");
  git("switch", "--quiet", "main");
  git("merge", "--quiet", "--no-ff", "-m", "What GitHub checks out", "change");
  clone = join(folder, "clone");
  gitIn(folder)("clone", "--quiet", "--depth=2", `file://${upstream}`, clone);

  const program = join(ROOT, "bootstrap/atelier.mjs");
  const out = join(folder, "workflows");
  execFileSync(process.execPath, [program, "ci", "github", "--stack", "prod", "--out", out], { cwd: ROOT });
  const text = await readFile(join(out, "atelier-plan-prod.yml"), "utf8");
  plan = (parse(text) as { jobs: { plan: Job } }).jobs.plan;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const gitIn =
  (cwd: string) =>
  (...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=Acme", "-c", "user.email=ops@acme.example", ...args], {
      cwd,
      encoding: "utf8",
    });

/** Everything that git would commit, as it is on disk now. */
async function copySources(target: string): Promise<void> {
  const listed = gitIn(ROOT)("ls-files", "-z", "--cached", "--others", "--exclude-standard");
  const names = listed.split("\0").filter((name) => name !== "");
  for (const name of new Set(names)) {
    await mkdir(dirname(join(target, name)), { recursive: true });
    // A file that was deleted and not committed is listed, and not there.
    await copyFile(join(ROOT, name), join(target, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
}

async function change(upstream: string): Promise<void> {
  const file = join(upstream, APP);
  const text = await readFile(file, "utf8");
  const changed = text.replace("memory: 2Gi", "memory: 3Gi");
  expect(changed).not.toBe(text);
  await writeFile(file, changed);
}

function stepNamed(name: string): Step {
  const found = plan.steps.find((step) => step.name === name);
  if (!found) throw new Error(`there is no step ${name}`);
  return found;
}

/** How this machine reaches a registry of packages, where it says so by variables. `npm test` names npm's own settings for
 * the machine, which the npm of another Node would look for in another place.
 */
const network = Object.fromEntries(
  ["HTTPS_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS", "npm_config_globalconfig"].map((name) => [
    name,
    process.env[name],
  ]),
);

/** As a runner does: bash with the options that `shell: bash` means, and the step's own variables. */
function runStep(name: string, given: Readonly<Record<string, string | undefined>>): Promise<Ran> {
  const { run: script = "", env = {} } = stepNamed(name);
  const missing = Object.keys(env).filter((key) => !(key in given));
  if (missing.length > 0) throw new Error(`${name} is given ${missing.join(", ")} by an expression`);
  const options = ["--noprofile", "--norc", "-eo", "pipefail", "-c", script];
  return run("bash", options, { cwd: clone, env: { ...bare, ...given } });
}

describe("the plan step of the workflow", () => {
  it("runs in a shell that its job names", () => {
    expect(plan.defaults).toEqual({ run: { shell: "bash" } });
  });

  it("installs what the lock file names", async () => {
    const { code, stderr } = await runStep("Install", network);
    expect(code, stderr).toBe(0);
  });

  it("makes the comment's Markdown, the summary, and a good end", async () => {
    const given = {
      FOLDER: join(folder, "out"),
      ALLOWED: "",
      GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
    };
    await mkdir(given.FOLDER);
    const { code, stderr } = await runStep("Plan", given);
    const markdown = await readFile(join(given.FOLDER, "plan.md"), "utf8");
    expect(code, `${stderr}\n${markdown}`).toBe(0);
    expect(markdown).toContain("Against `HEAD^1`: 1 to change");
    expect(markdown).toContain("limits.memory: 2048Mi → 3072Mi");
    expect(markdown).toMatch(/\*\*Cost:\*\* \$\d+ a month .* against before/);
    expect(markdown).toMatch(/\*\*Policies:\*\* \d+ rules/);
    expect(markdown).toContain("```mermaid");
    expect(await readFile(given.GITHUB_STEP_SUMMARY, "utf8")).toBe(markdown);
  });

  it("says why there is no plan, and fails", async () => {
    const given = { FOLDER: join(folder, "bad"), ALLOWED: "", GITHUB_STEP_SUMMARY: join(folder, "bad.md") };
    await mkdir(given.FOLDER);
    const file = join(clone, APP);
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace("memory: 3Gi", "memroy: 3Gi"));
    const { code } = await runStep("Plan", given);
    await writeFile(file, text);
    expect(code).toBe(1);
    const markdown = await readFile(join(given.FOLDER, "plan.md"), "utf8");
    expect(markdown).toContain("memroy is not a key here; did you mean memory?");
  });
});

/** An earlier plan to hold a new one against: from a document, or of a git reference, planned anew. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { Stop } from "../../bootstrap/stop.mjs";
import { type Environment, lastWords, run } from "../../engine/command.ts";
import { type PlanDocument, planDocument } from "./document.ts";

export interface EarlierOptions {
  /** The options of the command itself, which choose app, environment, target and stack. */
  readonly args: readonly string[];
  readonly env: Environment;
}

/** @param against file that `atelier plan --json` wrote, or whatever git calls a commit: `origin/main`, `HEAD~1`, `v1.2`
 * @throws Stop when it is neither, or cannot be planned
 */
export async function earlierPlan(against: string, options: EarlierOptions): Promise<PlanDocument> {
  return existsSync(against) ? fromFile(against) : fromGit(against, options);
}

async function fromFile(file: string): Promise<PlanDocument> {
  return parsed(await readFile(file, "utf8"), file);
}

function parsed(text: string, source: string): PlanDocument {
  try {
    return planDocument.parse(JSON.parse(text));
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    const why = issue ? `${issue.path.join(".") || "it"}: ${issue.message}` : String(error);
    throw new Stop(
      `${source} is not a plan of this version of Atelier (${why}); make one with: npx atelier plan --json`,
    );
  }
}

/** Plans the files of a commit, as they were, in a folder of their own. A commit that carries Atelier itself is planned
 * by its own code, so that a change of a component shows; any other by the Atelier that runs now.
 */
async function fromGit(reference: string, { args, env }: EarlierOptions): Promise<PlanDocument> {
  const [root = "", prefix = "", commit = ""] = await locate(reference, env);
  const folder = await realpath(await mkdtemp(join(tmpdir(), "atelier-earlier-")));
  try {
    await extract(commit, { root, folder, env });
    const modules = join(root, "node_modules");
    if (existsSync(modules) && !existsSync(join(folder, "node_modules")))
      await symlink(modules, join(folder, "node_modules"));
    const own = join(folder, "bootstrap", "atelier.mjs");
    const program = existsSync(own) ? own : join(import.meta.dirname, "../../bootstrap/atelier.mjs");
    const elsewhere = args.map((arg) => arg.replaceAll(root, folder));
    const ran = await run(process.execPath, [program, "plan", ...elsewhere, "--json"], {
      cwd: join(folder, prefix),
      // What is compiled there would be kept under a path that never comes back.
      env: { ...env, NODE_DISABLE_COMPILE_CACHE: "1" },
    });
    if (ran.code !== 0)
      throw new Stop(
        `${reference} cannot be planned: ${lastWords(ran.stderr)}; hold the plan against another commit, or against a file of npx atelier plan --json`,
      );
    return parsed(ran.stdout.replaceAll(folder, root), reference);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The repository's folder, the current one inside it, and the commit. */
async function locate(reference: string, env: Environment): Promise<string[]> {
  const ask = (...args: string[]) => run("git", args, { env });
  const where = await ask("rev-parse", "--show-toplevel", "--show-prefix");
  if (where.code !== 0)
    throw new Stop(
      `${reference} is no file, and here is no git repository; name a file of npx atelier plan --json, or run this in the repository`,
    );
  const [root = "", prefix = ""] = where.stdout.split("\n");
  const commit = await ask("rev-parse", "--verify", "--quiet", "--end-of-options", `${reference}^{commit}`);
  if (commit.code !== 0)
    throw new Stop(
      `git knows no commit ${reference}, and there is no such file; fetch it first: git fetch origin, or name a file of npx atelier plan --json`,
    );
  return [await realpath(root), prefix, commit.stdout.trim()];
}

interface Extraction {
  readonly root: string;
  readonly folder: string;
  readonly env: Environment;
}

async function extract(commit: string, { root, folder, env }: Extraction): Promise<void> {
  const archive = join(folder, ".archive.tar");
  const steps = [
    ["git", "-C", root, "archive", "--format=tar", `--output=${archive}`, commit],
    ["tar", "-xf", archive, "-C", folder],
  ];
  for (const [command = "", ...rest] of steps) {
    const ran = await run(command, rest, { env });
    if (ran.code !== 0) throw new Stop(`the files of ${commit} cannot be read: ${lastWords(ran.stderr)}`);
  }
  await rm(archive);
}

/** Compiles the package into `dist/`: JavaScript with its declarations, and whatever else the program reads.
 *
 * Node strips no types below node_modules, so what is published is compiled. `dist/` has the repository's own layout,
 * so that paths between files stay as they are.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const FOLDERS = ["bootstrap", "components", "engine", "images", "policies", "src", "stacks"];
/** Other people's, made by running something, or of use in the repository alone. */
const LEFT_OUT = /(^|\/)(node_modules|__pycache__|\.venv|dist)\/|_test\.go$|\.pyc$/;
const OF_THE_REPOSITORY = ["complete-lock.mjs", "install.mjs", "run.mjs"].map((file) => `bootstrap/${file}`);
const COMPILED = /(?<!\.d)\.ts$/;

/** @throws Error with what the compiler says */
export async function build(root: string): Promise<void> {
  const out = join(root, "dist");
  await rm(out, { recursive: true, force: true });
  await compile(root);
  for (const file of await assetsOf(root)) await copy(join(root, file), join(out, file));
}

async function compile(root: string): Promise<void> {
  const compiler = join(root, "node_modules/typescript-7/bin/tsc");
  const project = join(root, "tsconfig.build.json");
  await promisify(execFile)(process.execPath, [compiler, "-p", project], { cwd: root }).catch(
    (error: { readonly stdout?: string; readonly message: string }) => {
      throw new Error(`The package does not compile:\n${error.stdout || error.message}`);
    },
  );
}

async function assetsOf(root: string): Promise<string[]> {
  const folders = FOLDERS.map(async (folder) => {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1));
  });
  return (await Promise.all(folders))
    .flat()
    .filter((file) => !COMPILED.test(file) && !LEFT_OUT.test(file) && !OF_THE_REPOSITORY.includes(file));
}

/** What was JavaScript before names the compiled files instead. */
async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to);
  if (!to.endsWith(".mjs")) return;
  const text = await readFile(to, "utf8");
  const compiled = text.replaceAll(/(\b(?:from|import)[ (]*"\.[^"]+)\.ts"/g, '$1.js"');
  if (compiled !== text) await writeFile(to, compiled);
}

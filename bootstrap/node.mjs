/** A Node that is new enough: the running one, else one of our own from npm, pinned by a lock file. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { access, copyFile, mkdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { npm } from "./npm.mjs";
import { Stop } from "./stop.mjs";

/** Types are stripped without a flag from here on. */
const oldest = [22, 18];
const recipe = join(dirname(fileURLToPath(import.meta.url)), "node");

export function newEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/** Path of a Node of our own, installed into the cache on first use. */
export async function ownNode(progress, env = process.env) {
  const name = `node-${process.platform}-${process.arch}`;
  const pins = JSON.parse(await readFile(join(recipe, "package.json"), "utf8")).optionalDependencies;
  const remedy = `install Node ${oldest.join(".")} or newer from https://nodejs.org`;
  if (!pins[name]) {
    throw new Stop(`Node ${process.versions.node} is too old and none can be brought to ${name}; ${remedy}`);
  }
  const folder = join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache"), "atelier", "node");
  const home = join(folder, `${pins[name]}-${await digest(join(recipe, "package-lock.json"))}`);
  const node = join(home, "node_modules", name, "bin", "node");
  if (await exists(node)) return node;
  await progress.step(`Getting Node ${pins[name]} (this one is ${process.versions.node})`, async () => {
    const draft = `${home}.${process.pid}`;
    await mkdir(draft, { recursive: true });
    for (const file of ["package.json", "package-lock.json"])
      await copyFile(join(recipe, file), join(draft, file));
    try {
      await npm(["ci", "--ignore-scripts"], draft, `no Node ${pins[name]} from npm`, remedy);
      if (!(await exists(join(draft, "node_modules", name, "bin", "node")))) {
        throw new Stop(`npm has no ${name} ${pins[name]}; ${remedy}`);
      }
      await publish(draft, home, node);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  });
  return node;
}

/** Whoever is first wins; another process may have brought the same one meanwhile. */
async function publish(draft, home, node) {
  try {
    await rename(draft, home);
  } catch (error) {
    if (await exists(node)) return;
    throw error;
  }
}

/** Runs a script under another Node, on this terminal, and returns its exit code. */
export function rerun(node, args) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH ?? ""}` };
    const child = spawn(node, args, { stdio: "inherit", env });
    const pass = (signal) => child.kill(signal);
    const ignore = () => undefined;
    process.on("SIGTERM", pass);
    process.on("SIGINT", ignore);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      process.off("SIGTERM", pass);
      process.off("SIGINT", ignore);
      resolve(code ?? (signal === "SIGINT" ? 130 : 1));
    });
  });
}

async function digest(file) {
  return createHash("sha256")
    .update(await readFile(file))
    .digest("hex")
    .slice(0, 12);
}

async function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}

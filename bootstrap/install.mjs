/** Installs the project's packages when they are missing or do not match the lock file. */
import { createHash } from "node:crypto";
import { readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { npm } from "./npm.mjs";

export async function installPackages(root, progress) {
  if (!(await isCurrent(root))) {
    await progress.step("Installing packages (npm ci)", () =>
      npm(
        ["ci", "--ignore-scripts"],
        root,
        "the packages could not be installed",
        "check the network (npm ping), then try again",
      ),
    );
    await writeFile(stampFile(root), await digest(root));
  }
  await linkCommand(root);
}

/** Whether node_modules was installed from this lock file: by us, or later than the file was last changed. */
export async function isCurrent(root) {
  const stamp = await readFile(stampFile(root), "utf8").catch(() => undefined);
  if (stamp !== undefined) return stamp === (await digest(root));
  const installed = await modified(join(root, "node_modules", ".package-lock.json"));
  return installed !== undefined && installed >= ((await modified(join(root, "package-lock.json"))) ?? 0);
}

/** Lets `npx atelier` find the command of this very checkout. */
async function linkCommand(root) {
  const link = join(root, "node_modules", ".bin", "atelier");
  await symlink("../../bootstrap/atelier.mjs", link).catch(() => undefined);
}

function stampFile(root) {
  return join(root, "node_modules", ".atelier-installed");
}

async function digest(root) {
  return createHash("sha256")
    .update(await readFile(join(root, "package-lock.json")))
    .digest("hex");
}

async function modified(path) {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}

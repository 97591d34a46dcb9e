/** What npm calls around `npm pack` and `npm publish`: `prepack` compiles and puts the package's own package.json in
 * place, `postpack` brings the repository's back. A run that was broken off is put right by the next one, or by
 * `node packaging/pack.ts postpack`.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build } from "./build.ts";
import { type Manifest, published } from "./manifest.ts";

const ROOT = join(import.meta.dirname, "..");

const STEPS: Readonly<Record<string, (root: string) => Promise<void>>> = {
  async prepack(root) {
    await restore(root);
    await build(root);
    const manifest = await readFile(join(root, "package.json"), "utf8");
    await mkdir(dirname(kept(root)), { recursive: true });
    await writeFile(kept(root), manifest);
    const own = published(JSON.parse(manifest) as Manifest);
    await writeFile(join(root, "package.json"), `${JSON.stringify(own, null, 2)}\n`);
  },
  postpack: restore,
};

/** Where the repository's package.json waits. */
const kept = (root: string) => join(root, ".atelier/pack/package.json");

async function restore(root: string): Promise<void> {
  await rename(kept(root), join(root, "package.json")).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}

const [step = ""] = process.argv.slice(2);
const run = STEPS[step];
if (!run) throw new Error(`there is no step ${step}; allowed: ${Object.keys(STEPS).join(", ")}`);
await run(ROOT);

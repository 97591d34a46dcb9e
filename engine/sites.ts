/** Static services that are a plain folder of files: a build folder for each, the files beside the Dockerfile of the
 * web server that carries them.
 */
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Environment } from "./command.ts";
import { cacheFolder, exists } from "./folders.ts";
import { withLock } from "./lock.ts";
import { hashOfFolder } from "./programs.ts";

export interface SiteOptions {
  /** Folder with the files. */
  readonly files: string;
  /** Folder of the web server's image, which serves /srv. */
  readonly server: string;
  readonly env: Environment;
}

/** A build folder in the user's cache, named by the content of both. */
export async function siteFolder({ files, server, env }: SiteOptions): Promise<string> {
  const hash = (await hashOfFolder(files)) + (await hashOfFolder(server));
  // Named after the files' folder, as the image will be.
  const folder = join(cacheFolder(env), "sites", hash, basename(files));
  if (await exists(folder)) return folder;
  return withLock(`${folder}.lock`, async () => {
    const work = `${folder}.part`;
    await rm(work, { recursive: true, force: true });
    await mkdir(work, { recursive: true });
    await cp(server, work, { recursive: true });
    await cp(files, join(work, "site"), { recursive: true });
    const dockerfile = await readFile(join(server, "Dockerfile"), "utf8");
    await writeFile(join(work, "Dockerfile"), dockerfile.replace(/^USER /m, "COPY site /srv\nUSER "));
    await rm(folder, { recursive: true, force: true });
    await rename(work, folder);
    return folder;
  });
}

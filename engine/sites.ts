/** Static services that are a plain folder of files: a build folder for each, the files beside the Dockerfile of the
 * web server that carries them.
 */
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type BuildFolder, ensureFolder, versionOf } from "./build-folder.ts";
import type { Environment } from "./command.ts";
import { cacheFolder } from "./folders.ts";

export interface Site {
  /** Folder with the files. */
  readonly files: string;
  /** Folder of the web server's image, which serves /srv. */
  readonly server: string;
}

export interface SiteOptions extends Site {
  readonly env: Environment;
}

/** Counts up when what happens to the files below changes. */
const RECIPE = 1;

/** Where `buildSite` puts the files, and which version they are: of the files and of the server. */
export function siteFolder({ files, server }: Site, cache: string): BuildFolder {
  const version = versionOf([RECIPE], files, server);
  // Named after the files' folder, as the image will be.
  return { folder: join(cache, "sites", version, basename(files)), version };
}

/** A build folder in the user's cache, named by the content of both. */
export async function buildSite({ env, ...site }: SiteOptions): Promise<BuildFolder> {
  const wanted = siteFolder(site, cacheFolder(env));
  return ensureFolder(wanted, () => wrap(site, wanted.folder));
}

async function wrap({ files, server }: Site, folder: string): Promise<void> {
  const work = `${folder}.part`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  await cp(server, work, { recursive: true });
  await cp(files, join(work, "site"), { recursive: true });
  const dockerfile = await readFile(join(server, "Dockerfile"), "utf8");
  await writeFile(join(work, "Dockerfile"), dockerfile.replace(/^USER /m, "COPY site /srv\nUSER "));
  await rename(work, folder);
}

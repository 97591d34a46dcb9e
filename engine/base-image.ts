/** Debian's slim root file system, made on this machine where no image registry answers. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "../bootstrap/progress.mjs";
import { Stop } from "../bootstrap/stop.mjs";
import { type BuildFolder, ensureFolder } from "./build-folder.ts";
import { type Environment, findOnPath, lastWords, run } from "./command.ts";
import { cacheFolder } from "./folders.ts";

export interface BaseImageOptions {
  readonly env: Environment;
  readonly progress: Progress;
}

const SUITE = "bookworm";
/** Counts up when anything below changes. */
const RECIPE = 2;
/** What a container has no use for. */
const LEFT_OUT = [
  "./var/cache/apt/*",
  "./var/cache/debconf/*-old",
  "./var/lib/apt/lists/*",
  "./var/log/*",
  "./dev/*",
];

/** Files in the image. What is built on it gets security updates, and keeps neither packages nor manuals;
 * copyright notices stay.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  "etc/apt/sources.list": `deb http://deb.debian.org/debian ${SUITE} main
deb http://deb.debian.org/debian ${SUITE}-updates main
deb http://deb.debian.org/debian-security ${SUITE}-security main
`,
  "etc/apt/apt.conf.d/small-images": `DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Acquire::Languages "none";
Apt::AutoRemove::SuggestsImportant "false";
`,
  "etc/dpkg/dpkg.cfg.d/small-images": `path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/man/*
path-exclude /usr/share/info/*
path-exclude /usr/share/lintian/*
path-exclude /usr/share/locale/*
path-include /usr/share/locale/locale.alias
`,
};

/** What debootstrap has put there before dpkg knew of the settings. */
const TIDY = `cd usr/share
find doc -depth ! -name copyright ! -type d -delete
find doc man info lintian -depth -type d -empty -delete
rm -rf man info lintian
find locale -mindepth 1 -maxdepth 1 ! -name locale.alias -exec rm -rf {} +
`;

const DOCKERFILE = `FROM scratch
ADD rootfs.tar.gz /
ENV LANG=C.UTF-8
CMD ["bash"]
`;

/** Where `buildBaseImage` makes the base image. Its version is the recipe's: which packages Debian had on the day when
 * it was made does not count.
 */
export function baseImageFolder(cache: string): BuildFolder {
  const version = `${SUITE}-${process.arch}-${RECIPE}`;
  return { folder: join(cache, "images", version), version };
}

/** A build folder with the root file system and a Dockerfile, in the user's cache: 28 MB, an image of 75 MB. Made
 * once, in about half a minute.
 * @throws Stop with one line of what to do where it cannot be made.
 */
export async function buildBaseImage({ env, progress }: BaseImageOptions): Promise<BuildFolder> {
  const wanted = baseImageFolder(cacheFolder(env));
  return ensureFolder(wanted, async () => {
    await ensureDebootstrap(env, progress);
    await progress.step("Making Debian's base image", () => make(wanted.folder, env), { seconds: 40 });
  });
}

async function make(folder: string, env: Environment): Promise<void> {
  const work = `${folder}.part`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const root = join(work, "root");
  await must("debootstrap", ["--variant=minbase", SUITE, root], env);
  for (const [path, text] of Object.entries(SETTINGS)) await writeFile(join(root, path), text);
  const quiet = { ...env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
  await must("chroot", [root, "apt-get", "update", "-qq"], quiet);
  await must("chroot", [root, "apt-get", "upgrade", "-y", "-qq"], quiet);
  await must("sh", ["-euc", TIDY], env, root);
  await pack(root, join(work, "rootfs.tar.gz"), env);
  await rm(root, { recursive: true, force: true });
  await writeFile(join(work, "Dockerfile"), DOCKERFILE);
  await rm(folder, { recursive: true, force: true });
  await rename(work, folder);
}

/** Sorted and dateless, so that two machines make the same image of the same packages. */
async function pack(root: string, archive: string, env: Environment): Promise<void> {
  const steady = ["--sort=name", "--mtime=@0", "--numeric-owner", "--use-compress-program=gzip -n"];
  const leftOut = LEFT_OUT.map((path) => `--exclude=${path}`);
  await must("tar", ["-C", root, ...steady, ...leftOut, "-cf", archive, "."], env);
}

async function ensureDebootstrap(env: Environment, progress: Progress): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new Stop(
      "no image registry answers, and making Debian's base image here needs root; run this once as root, or load debian:bookworm-slim with docker load and set atelier:docker: { images: upstream }",
    );
  }
  if (await findOnPath("debootstrap", env)) return;
  if (!(await findOnPath("apt-get", env))) {
    throw new Stop(
      "no image registry answers, and debootstrap is missing; install debootstrap to make the base image",
    );
  }
  progress.note("Installing debootstrap, which makes Debian's base image");
  await must("apt-get", ["update", "-qq"], env);
  await must("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "debootstrap"], env);
}

async function must(command: string, args: readonly string[], env: Environment, cwd?: string): Promise<void> {
  const { code, stdout, stderr } = await run(command, args, { env, ...(cwd && { cwd }) });
  if (code !== 0)
    throw new Stop(`${command} failed while making the base image: ${lastWords(stderr || stdout, 3)}`);
}

/** Debian's slim root file system, made on this machine where no image registry answers. */
import { copyFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "../bootstrap/progress.mjs";
import { Stop } from "../bootstrap/stop.mjs";
import { type Environment, findOnPath, lastWords, run } from "./command.ts";
import { cacheFolder, exists } from "./folders.ts";
import { withLock } from "./lock.ts";

export interface BaseImageOptions {
  readonly env: Environment;
  readonly progress: Progress;
}

const SUITE = "bookworm";
/** Counts up when what is left out below changes. */
const RECIPE = 1;
/** What a container has no use for. */
const LEFT_OUT = [
  "./var/cache/apt/*",
  "./var/lib/apt/lists/*",
  "./usr/share/doc/*",
  "./usr/share/man/*",
  "./usr/share/info/*",
  "./usr/share/locale/*",
  "./var/log/*",
  "./dev/*",
];

const DOCKERFILE = `FROM scratch
ADD rootfs.tar /
ENV LANG=C.UTF-8
CMD ["bash"]
`;

/** A build folder with the root file system and a Dockerfile, in the user's cache; made once, in about half a
 * minute.
 * @throws Stop with one line of what to do where it cannot be made.
 */
export async function baseImageFolder({ env, progress }: BaseImageOptions): Promise<string> {
  const folder = join(cacheFolder(env), "images", `${SUITE}-${RECIPE}`);
  const ready = () => exists(join(folder, "Dockerfile"));
  if (await ready()) return folder;
  return withLock(`${folder}.lock`, async () => {
    if (!(await ready())) {
      await progress.step("Making Debian's base image", () => make(folder, env, progress), { seconds: 30 });
    }
    return folder;
  });
}

async function make(folder: string, env: Environment, progress: Progress): Promise<void> {
  await ensureDebootstrap(env, progress);
  const work = `${folder}.part`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const root = join(work, "root");
  await must("debootstrap", ["--variant=minbase", SUITE, root], env);
  const archive = join(work, "rootfs.tar");
  // Sorted and dateless, so that two machines make the same image of the same packages.
  const steady = ["--sort=name", "--mtime=@0", "--numeric-owner"];
  await must(
    "tar",
    ["-C", root, ...steady, ...LEFT_OUT.map((path) => `--exclude=${path}`), "-cf", archive, "."],
    env,
  );
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await rename(archive, join(folder, "rootfs.tar"));
  await writeFile(join(folder, "Dockerfile"), DOCKERFILE);
  await rm(work, { recursive: true, force: true });
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

async function must(command: string, args: readonly string[], env: Environment): Promise<void> {
  const { code, stdout, stderr } = await run(command, args, { env });
  if (code !== 0)
    throw new Stop(`${command} failed while making the base image: ${lastWords(stderr || stdout, 3)}`);
}

/** Platform images on the real engine: built as the target builds them, run as hardened as it runs them. */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { createProgress } from "../../../bootstrap/progress.mjs";
import { type ImageName, platformImages } from "../../../components/docker/images.ts";
import { buildBaseImage } from "../../../engine/base-image.ts";
import type { BuildFolder } from "../../../engine/build-folder.ts";
import { installProgram } from "../../../engine/packages.ts";
import { buildProgram } from "../../../engine/programs.ts";

const run = promisify(execFile);
const progress = createProgress(process.stderr);
const PREFIX = "atelier-test-images";
const source = (name: string) => join(import.meta.dirname, "../../../images", name);
const shared = { env: process.env, progress };

/** Images that hold a program which is made on this machine. */
const PROGRAMS: Readonly<Record<string, () => Promise<BuildFolder>>> = {
  firestore: () => installProgram({ ...shared, name: "firestore", source: source("firestore"), seconds: 15 }),
  s3: () =>
    buildProgram({
      ...shared,
      name: "versitygw",
      source: source("s3"),
      target: "github.com/versity/versitygw/cmd/versitygw",
      seconds: 150,
    }),
};

/** @throws Error with what Docker said. */
export async function docker(...args: string[]): Promise<string> {
  const { stdout, stderr } = await run("docker", args, { maxBuffer: 1 << 26 });
  return `${stdout}${args[0] === "logs" ? stderr : ""}`.trim();
}

export const nameOf = (part: string): string => `${PREFIX}-${part}`;
export const tagOf = (image: string): string => `${PREFIX}/${image}:latest`;

let base: Promise<string> | undefined;

/** Debian's slim image, or the one that stands in for it where no registry answers. */
function baseTag(): Promise<string> {
  base ??= docker("image", "inspect", "debian:bookworm-slim").then(
    () => "debian:bookworm-slim",
    async () => {
      await build("base", (await buildBaseImage(shared)).folder, []);
      return tagOf("base");
    },
  );
  return base;
}

async function build(image: string, context: string, args: string[]): Promise<void> {
  await docker("build", "--quiet", "--network=host", ...args, `--tag=${tagOf(image)}`, context);
}

export async function buildImage(name: ImageName): Promise<void> {
  const { context, program } = platformImages[name];
  const folder = program ? (await PROGRAMS[program]?.())?.folder : context;
  if (!folder) throw new Error(`${name} has no folder to be built from`);
  await build(name, folder, [`--build-arg=BASE=${await baseTag()}`]);
}

export interface RunOptions {
  /** Below /run/config. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly more?: readonly string[];
}

/** Starts a container as the target would: without root, writable root, capabilities or new privileges. */
export async function start(
  part: string,
  image: ImageName,
  folder: string,
  { files = {}, env = {}, command, more = [] }: RunOptions = {},
): Promise<string> {
  const { run: hint } = platformImages[image];
  const config = join(folder, part);
  await mkdir(config, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(config, path)), { recursive: true });
    await writeFile(join(config, path), text, { mode: 0o644 });
  }
  const scratch = Object.entries({ "/tmp": 64, ...hint.scratch });
  return docker(
    "run",
    "--detach",
    "--init",
    `--name=${nameOf(part)}`,
    "--read-only",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    `--user=${hint.user}`,
    `--memory=${hint.memory}m`,
    `--memory-swap=${hint.memory}m`,
    `--volume=${config}:/run/config:ro`,
    `--volumes-from=${nameOf("files")}`,
    ...scratch.map(([path, size]) => `--tmpfs=${path}:rw,nosuid,nodev,mode=1777,size=${size}m`),
    ...Object.keys(hint.volumes ?? {}).map((path) => `--volume=${path}`),
    ...Object.entries(env).map(([key, value]) => `--env=${key}=${value}`),
    ...more,
    tagOf(image),
    ...(command ?? hint.command ?? []),
  );
}

/** The container that is never started and lends its busybox to all others. */
export async function startFiles(): Promise<void> {
  await docker("create", `--name=${nameOf("files")}`, "--volume=/atelier/bin", tagOf("tools"), "true");
}

/** Asks from inside, with the probe's busybox. */
export const fetchInside = (part: string, url: string): Promise<string> =>
  docker("exec", nameOf(part), "/atelier/bin/busybox", "wget", "-q", "-O", "-", url);

/** Tries until it does not throw and is not undefined. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, seconds = 30): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (let last = "no answer"; ; ) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = (error as Error).message;
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s; ${last}`);
    await new Promise((wait) => setTimeout(wait, 100));
  }
}

/** Removes everything that these tests made, also what an earlier run left. */
export async function removeAll(): Promise<void> {
  const found = await docker("ps", "--all", "--quiet", `--filter=name=^/${PREFIX}-`);
  const containers = found.split("\n").filter(Boolean);
  if (containers.length > 0) await docker("rm", "--force", "--volumes", ...containers);
  for (const kind of ["network", "volume"]) {
    const left = await docker(kind, "ls", "--quiet", `--filter=name=^${PREFIX}-`);
    for (const id of left.split("\n").filter(Boolean)) await docker(kind, "rm", id);
  }
}

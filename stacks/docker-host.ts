/** Makes what a Docker host lacks before images are built on it: Debian's base image where no registry answers, and
 * the programs that have no image of their own.
 */
import { join } from "node:path";
import { createProgress } from "../bootstrap/progress.mjs";
import type { Host } from "../components/docker/host.ts";
import { baseImageFolder } from "../engine/base-image.ts";
import { buildProgram, type ProgramOptions } from "../engine/programs.ts";
import type { App } from "../src/config/model.ts";

type Program = Pick<ProgramOptions, "name" | "source" | "target" | "seconds"> & {
  readonly wanted: (app: App) => boolean;
};

const source = (name: string) => join(import.meta.dirname, "../images", name);

const PROGRAMS: Readonly<Record<string, Program>> = {
  waf: {
    name: "waf",
    source: source("waf"),
    target: ".",
    seconds: 60,
    wanted: ({ edge }) => edge.waf !== "off",
  },
  s3: {
    name: "versitygw",
    source: source("s3"),
    target: "github.com/versity/versitygw/cmd/versitygw",
    seconds: 150,
    wanted: ({ data }) => Object.values(data).some(({ kind }) => kind === "bucket"),
  },
};

/** Takes minutes the first time, nothing later: everything is cached by its content. */
export async function prepareHost(app: App, host: Omit<Host, "base" | "programs">): Promise<Host> {
  const shared = { env: process.env, progress: createProgress(process.stderr) };
  const base = host.images === "debian" ? { base: await baseImageFolder(shared) } : {};
  const programs: Record<string, string> = {};
  for (const [key, { wanted, ...program }] of Object.entries(PROGRAMS)) {
    if (wanted(app)) programs[key] = await buildProgram({ ...shared, ...program });
  }
  return { ...host, ...base, programs };
}

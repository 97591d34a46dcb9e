/** Makes what a Docker host lacks before images are built on it: Debian's base image where no registry answers, the
 * programs that have no image of their own, and a web server around plain folders of files.
 */
import { join } from "node:path";
import { createProgress, type Progress } from "../../../bootstrap/progress.mjs";
import { baseImageFolder } from "../../../engine/base-image.ts";
import type { Environment } from "../../../engine/command.ts";
import { installProgram } from "../../../engine/packages.ts";
import { buildProgram } from "../../../engine/programs.ts";
import { siteFolder } from "../../../engine/sites.ts";
import { isPlainFolder } from "../../../src/app/static.ts";
import type { App } from "../../../src/config/model.ts";
import type { Host } from "../host.ts";
import type { Extent } from "./index.ts";

interface Shared {
  readonly env: Environment;
  readonly progress: Progress;
}

interface Program {
  readonly wanted: (app: App, extent: Extent) => boolean;
  /** Folder that the image is built from. */
  readonly make: (shared: Shared) => Promise<string>;
}

const source = (name: string) => join(import.meta.dirname, "../../../images", name);

const PROGRAMS: Readonly<Record<string, Program>> = {
  waf: {
    wanted: ({ edge }, { door }) => door && edge.waf !== "off",
    make: (shared) =>
      buildProgram({ ...shared, name: "waf", source: source("waf"), target: ".", seconds: 60 }),
  },
  s3: {
    wanted: ({ data }) => Object.values(data).some(({ kind }) => kind === "bucket"),
    make: (shared) =>
      buildProgram({
        ...shared,
        name: "versitygw",
        source: source("s3"),
        target: "github.com/versity/versitygw/cmd/versitygw",
        seconds: 150,
      }),
  },
  firestore: {
    wanted: ({ data }) =>
      Object.values(data).some((part) => part.kind === "documents" && part.engine === "firestore"),
    make: (shared) =>
      installProgram({ ...shared, name: "firestore", source: source("firestore"), seconds: 15 }),
  },
};

/** Takes minutes the first time, nothing later: everything is cached by its content. */
export async function prepareHost(
  app: App,
  host: Omit<Host, "base" | "programs" | "sites">,
  extent: Extent = { door: true },
): Promise<Host> {
  const shared = { env: process.env, progress: createProgress(process.stderr) };
  const base = host.images === "debian" ? { base: await baseImageFolder(shared) } : {};
  const programs: Record<string, string> = {};
  for (const [name, { wanted, make }] of Object.entries(PROGRAMS)) {
    if (wanted(app, extent)) programs[name] = await make(shared);
  }
  return { ...host, ...base, programs, sites: await prepareSites(app, shared.env) };
}

async function prepareSites({ services }: App, env: Environment): Promise<Record<string, string>> {
  const sites: Record<string, string> = {};
  for (const service of Object.values(services)) {
    if (service.source.type !== "build" || !isPlainFolder(service)) continue;
    const files = service.source.context;
    sites[files] = await siteFolder({ files, server: source("static"), env });
  }
  return sites;
}

/** Makes what a Docker host lacks before images are built on it: Debian's base image where no registry answers, the
 * programs that have no image of their own, and a web server around plain folders of files.
 */
import { join } from "node:path";
import { createProgress, type Progress } from "../../../bootstrap/progress.mjs";
import { baseImageFolder, buildBaseImage } from "../../../engine/base-image.ts";
import type { BuildFolder } from "../../../engine/build-folder.ts";
import type { Environment } from "../../../engine/command.ts";
import { assumedCacheFolder } from "../../../engine/folders.ts";
import { installProgram, type NodeProgram, packagesFolder } from "../../../engine/packages.ts";
import { buildProgram, type Program as GoProgram, programFolder } from "../../../engine/programs.ts";
import { buildSite, type Site, siteFolder } from "../../../engine/sites.ts";
import { isPlainFolder } from "../../../src/app/static.ts";
import type { App } from "../../../src/config/model.ts";
import type { Host } from "../host.ts";
import type { ImageSource } from "../images.ts";
import type { Settings } from "../settings.ts";
import type { Extent } from "./index.ts";

/** What this machine makes for a host. */
type Folders = Pick<Host, "base" | "programs" | "sites">;

interface Shared {
  readonly env: Environment;
  readonly progress: Progress;
}

/** A folder that an image is built from: where it will be below a cache folder, and how it is made there. */
interface Recipe {
  readonly place: (cache: string) => BuildFolder;
  readonly make: (shared: Shared) => Promise<BuildFolder>;
}

interface Program extends Recipe {
  readonly wanted: (app: App, extent: Extent) => boolean;
}

const source = (name: string) => join(import.meta.dirname, "../../../images", name);

const compiled = (program: GoProgram, seconds: number): Recipe => ({
  place: (cache) => programFolder(program, cache),
  make: (shared) => buildProgram({ ...shared, ...program, seconds }),
});

const installed = (program: NodeProgram, seconds: number): Recipe => ({
  place: (cache) => packagesFolder(program, cache),
  make: (shared) => installProgram({ ...shared, ...program, seconds }),
});

const wrapped = (site: Site): Recipe => ({
  place: (cache) => siteFolder(site, cache),
  make: ({ env }) => buildSite({ ...site, env }),
});

const BASE: Recipe = { place: baseImageFolder, make: buildBaseImage };

const VERSITYGW = {
  name: "versitygw",
  source: source("s3"),
  target: "github.com/versity/versitygw/cmd/versitygw",
};

const PROGRAMS: Readonly<Record<string, Program>> = {
  waf: {
    wanted: ({ edge }, { door }) => door && edge.waf !== "off",
    ...compiled({ name: "waf", source: source("waf"), target: "." }, 60),
  },
  s3: {
    wanted: ({ data }) => Object.values(data).some(({ kind }) => kind === "bucket"),
    ...compiled(VERSITYGW, 150),
  },
  firestore: {
    wanted: ({ data }) =>
      Object.values(data).some((part) => part.kind === "documents" && part.engine === "firestore"),
    ...installed({ name: "firestore", source: source("firestore") }, 15),
  },
};

/** Where everything will be that this machine makes for the app. Makes nothing, and reads only what it is made from. */
export function assumedFolders(app: App, settings: Settings, images: ImageSource): Folders {
  const cache = assumedCacheFolder(environmentOf(settings));
  const { base, programs, sites } = recipesOf(app, images, { door: true });
  return {
    ...(base && { base: base.place(cache) }),
    programs: placeAll(programs, cache),
    sites: placeAll(sites, cache),
  };
}

/** Takes minutes the first time, nothing later: everything is cached by its content. */
export async function prepareHost(
  app: App,
  settings: Settings,
  found: Omit<Host, keyof Folders>,
  extent: Extent = { door: true },
): Promise<Host> {
  const shared = { env: environmentOf(settings), progress: createProgress(process.stderr) };
  const { base, programs, sites } = recipesOf(app, found.images, extent);
  return {
    ...found,
    ...(base && { base: await base.make(shared) }),
    programs: await makeAll(programs, shared),
    sites: await makeAll(sites, shared),
  };
}

type Recipes = Readonly<Record<string, Recipe>>;

function recipesOf(app: App, images: ImageSource, extent: Extent) {
  const programs = Object.entries(PROGRAMS).filter(([, { wanted }]) => wanted(app, extent));
  const sites = Object.values(app.services).flatMap((service) =>
    service.source.type === "build" && isPlainFolder(service) ? [service.source.context] : [],
  );
  return {
    ...(images === "debian" && { base: BASE }),
    programs: Object.fromEntries(programs),
    sites: Object.fromEntries(
      sites.map((files) => [files, wrapped({ files, server: source("static") })] as const),
    ),
  };
}

/** What is built outside of Docker stays below `state` where that is set. */
function environmentOf({ state }: Settings): Environment {
  return state ? { ...process.env, XDG_CACHE_HOME: state } : process.env;
}

function placeAll(recipes: Recipes, cache: string): Record<string, BuildFolder> {
  return Object.fromEntries(Object.entries(recipes).map(([name, { place }]) => [name, place(cache)]));
}

/** One after another: each takes all that the machine has. */
async function makeAll(recipes: Recipes, shared: Shared): Promise<Record<string, BuildFolder>> {
  const made: Record<string, BuildFolder> = {};
  for (const [name, { make }] of Object.entries(recipes)) made[name] = await make(shared);
  return made;
}

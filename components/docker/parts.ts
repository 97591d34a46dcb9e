/** A Docker host's parts for programs of one's own: an app, or a piece of one, written in the program. */
import type { ComponentResourceOptions } from "@pulumi/pulumi";
import type { z } from "zod";
import { type Kinds, Parts, readParts, type WrittenParts } from "../../src/app/parts.ts";
import { ConfigError, type Problem } from "../../src/config/problem.ts";
import { refuseData } from "./data-refusals.ts";
import type { Deployment } from "./deployment.ts";
import { Images } from "./image.ts";
import { preflight } from "./preflight/index.ts";
import { prepareHost } from "./preflight/programs.ts";
import { refuseParts } from "./refusals.ts";
import { settings as schema } from "./settings.ts";

type Settings = z.input<typeof schema>;

export type Written<K extends Kinds> = Omit<WrittenParts<K, Settings>, "settings"> & {
  /** What stands in a stack's config below `atelier:docker`.
   * @default official images where a registry answers, and a free range of addresses
   */
  readonly settings?: Settings;
};

/** What containers, data and networks on this machine's Docker are made from.
 *
 * Looks at the host first: engine, memory, disk, ranges that others use, and where images can come from. Where no
 * registry answers, the base image and programs are made on this machine, which takes minutes once. Registers the
 * component that images are made under, and no image before somebody needs it.
 * @throws ConfigError naming everything that the host, or the schema of app.yaml, refuses
 * @example const shop = await deployment({ name: "shop", data: { cache: { kind: "redis", memory: "64Mi" } } })
 */
export async function deployment<K extends Kinds = Record<never, never>>(
  written: Written<K>,
  opts?: ComponentResourceOptions,
): Promise<Parts<K, Deployment>> {
  const { app, own, settings } = readParts<K, Deployment["settings"]>(
    { ...written, settings: written.settings ?? {} },
    { settings: schema, refuse: (app) => [...refuseParts(app), ...refuseData(app)] },
  );
  const host = await inWords(async () => {
    const found = await preflight(own, settings, { door: false });
    const refusals = refuseData(app, found.images);
    if (refusals.length > 0) throw new ConfigError(refusals);
    return prepareHost(own, settings, found, { door: false });
  });
  const images = new Images("images", { app, host }, opts);
  const principals = Object.fromEntries(Object.keys(app.services).map((name) => [name, name]));
  return new Parts({ app, settings, host, images }, principals);
}

/** There is no stack's config here. */
async function inWords<T>(look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    throw error instanceof ConfigError ? new ConfigError(error.problems.map(renamed)) : error;
  }
}

const renamed = (problem: Problem): Problem =>
  String(problem.path[0]).startsWith("atelier:")
    ? { ...problem, path: ["settings", ...problem.path.slice(1)] }
    : problem;

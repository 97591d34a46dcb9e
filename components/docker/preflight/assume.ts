/** A Docker host that nobody looked at: what a plan is made for. */
import type { App } from "../../../src/config/model.ts";
import { ConfigError } from "../../../src/config/problem.ts";
import { refuseData } from "../data-refusals.ts";
import type { Host } from "../host.ts";
import type { Settings } from "../settings.ts";
import { assumedFolders } from "./programs.ts";
import { checkImages } from "./sources.ts";

/** The host of an app that was never deployed, on an engine with nothing on it.
 *
 * It has room, its ports are free, and no range of addresses is taken. Where the settings leave it open, a registry
 * answers, so that images are upstream's, and the engine's socket belongs to group 0. `images`, `subnets` and
 * `socketGroup` below `atelier:docker` say what a host is like, and then a plan is what that host gets.
 * @throws ConfigError naming what no host of this kind could carry: folders and Dockerfiles that are missing, and what
 * the images of this source cannot do
 */
export function assumeHost(app: App, settings: Settings): Host {
  const images = settings.images === "auto" ? "upstream" : settings.images;
  const problems = [...checkImages(app, images, { references: new Set() }), ...refuseData(app, images)];
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    images,
    subnets: {},
    taken: [],
    attempts: {},
    socketGroup: settings.socketGroup ?? 0,
    ...assumedFolders(app, settings, images),
  };
}

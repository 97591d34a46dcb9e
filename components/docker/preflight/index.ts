/** Looks at the Docker host before anything is created, and refuses with every reason at once. */
import { networkInterfaces } from "node:os";
import type { App } from "../../../src/config/model.ts";
import { ConfigError, type Problem } from "../../../src/config/problem.ts";
import { stackOf } from "../deployment.ts";
import type { Host } from "../host.ts";
import { publishedPorts } from "../publish.ts";
import type { Settings } from "../settings.ts";
import { freeRange, overlaps } from "../subnets.ts";
import { checkCapacity } from "./capacity.ts";
import { askEngine, type EngineFacts, EngineUnreachable } from "./engine.ts";
import { checkPorts, type WantedPort } from "./ports.ts";
import { checkImages, chooseSource } from "./sources.ts";
import { checkVersions } from "./versions.ts";

/** What of an app comes to the host. */
export interface Extent {
  /** Whether its door does, with its ports and its firewall. */
  readonly door: boolean;
}

/** What the host offers this app. Throws a ConfigError that names everything that is in the way. */
export async function preflight(
  app: App,
  settings: Settings,
  { door }: Extent = { door: true },
): Promise<Omit<Host, "base" | "programs">> {
  const engine = await askEngine(stackOf(app)).catch((error: unknown) => {
    throw error instanceof EngineUnreachable ? new ConfigError([error.problem]) : error;
  });
  const images = await chooseSource(settings, engine);
  const taken = [...engine.foreignSubnets, ...localRanges(engine)];
  const problems = [
    ...(await checkCapacity(app, engine)),
    ...(await checkPorts(door ? wantedPorts(app, settings) : [], engine)),
    ...checkImages(app, images, engine),
    ...checkVersions(app, engine),
    ...checkSubnets(settings, taken),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    images,
    subnets: engine.ownSubnets,
    taken,
    socketGroup: settings.socketGroup ?? engine.socketGroup,
    attempts: engine.attempts,
  };
}

function wantedPorts(app: App, settings: Settings): WantedPort[] {
  const { http, https, address } = settings.ports;
  const door = { http, https };
  return [
    ...Object.entries(door).map(([key, port]) => ({ port, address, path: ["atelier:docker", "ports", key] })),
    ...publishedPorts(app, settings).map(({ name, hostPort }) => ({
      port: hostPort,
      address: "127.0.0.1",
      path: ["atelier:docker", "publish", name],
    })),
  ];
}

/** Ranges of this machine's own interfaces, where the engine runs on it. Docker's bridges are known already. */
function localRanges({ root }: EngineFacts): string[] {
  if (!root) return [];
  return Object.entries(networkInterfaces())
    .filter(([name]) => !/^(br-|docker|veth|lo)/.test(name))
    .flatMap(([, addresses]) => addresses ?? [])
    .flatMap(({ family, cidr }) => (family === "IPv4" && cidr ? [cidr] : []));
}

function checkSubnets({ subnets }: Settings, taken: readonly string[]): Problem[] {
  const clash = subnets && taken.find((range) => overlaps(subnets, [range]));
  if (!clash) return [];
  return [
    {
      path: ["atelier:docker", "subnets"],
      what: `${subnets} overlaps ${clash}, which this host uses already`,
      remedy: `set another range, ${freeRange(taken, [])} is free, or leave it out`,
    },
  ];
}

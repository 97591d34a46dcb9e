/** Paths inside: what the app's `uses` and routes open between its parts, as rules of the VPC's firewall.
 *
 * What leaves is opened by where it goes, what arrives by who sends it. Two databases lie in one range, so a service
 * that uses one reaches the door of the other; there it has no login.
 */
import { Firewall, type FirewallArgs } from "@pulumi/gcp/compute/firewall.js";
import type { Resource } from "@pulumi/pulumi";
import type { Data } from "../../../src/config/model.ts";
import { nameOf, shorten } from "../names.ts";
import { volumeOf } from "../vectors/volume.ts";
import { GOOGLE } from "./google.ts";
import { type Members, onInstance, type Target, tagOf, targetsOf, usersOf } from "./members.ts";

/** Where load balancers and their health checks come from (docs.cloud.google.com/load-balancing/docs/firewall-rules). */
const LOAD_BALANCERS = ["130.211.0.0/22", "35.191.0.0/16"];
/** Where SSH through Identity-Aware Proxy comes from. */
const PROXY = "35.235.240.0/20";
/** Firestore for MongoDB's drivers (docs.cloud.google.com/firestore/mongodb-compatibility/docs/configure-private-google-access). */
const FIRESTORE = "136.124.0.0/23";
const NFS = ["111", "2046", "2049", "2050", "4045"];

export interface Ranges {
  /** Subnets of all regions. */
  readonly subnets: readonly string[];
  /** Managed services, when there are any. */
  readonly services?: string;
}

type Path = { readonly name: string } & Omit<FirewallArgs, "network">;

export function createPaths(
  parent: Resource,
  members: Members,
  network: FirewallArgs["network"],
  ranges: Ranges,
): Resource[] {
  const { app } = members.deployment;
  return pathsOf(members, ranges).map(
    ({ name, ...rule }) =>
      // Without a name of its own: a rule that turns its direction is made anew, before the old one goes.
      new Firewall(
        shorten(nameOf(app, "compute", name), 55),
        { network, description: `${app.name}: ${name}`, priority: 1000, ...rule },
        { parent },
      ),
  );
}

export function pathsOf(members: Members, ranges: Ranges): Path[] {
  return [
    leave("google", [{}], [GOOGLE.range], ["443"]),
    ...dataPaths(members, ranges),
    ...callPaths(members, ranges),
    ...probePaths(members),
    ...targetsOf(members, Object.keys(members.accounts)).map((target, index) => ({
      ...arrive(numbered("ssh", index), target, ["22"]),
      sourceRanges: [PROXY],
      logConfig: { metadata: "INCLUDE_ALL_METADATA" },
    })),
  ].flat();
}

/** Where data lies that has an address in the network, and on which ports it answers. */
function doorOf(
  name: string,
  spec: Data,
  { deployment: { settings } }: Members,
  { services }: Ranges,
): { readonly range: string; readonly ports: string[] } | undefined {
  if (spec.kind === "documents") {
    return spec.engine === "mongodb" ? { range: FIRESTORE, ports: ["443"] } : undefined;
  }
  if (services === undefined) return undefined;
  if (spec.kind === "postgres") return { range: services, ports: ["5432"] };
  if (spec.kind === "redis") return { range: services, ports: ["6378"] };
  if (spec.kind !== "vectors" || volumeOf(name, spec, settings) !== "nfs") return undefined;
  return { range: services, ports: NFS };
}

function dataPaths(members: Members, ranges: Ranges): Path[] {
  const { data } = members.deployment.app;
  return Object.entries(data).flatMap(([name, spec]) => {
    const door = doorOf(name, spec, members, ranges);
    if (!door) return [];
    const targets = targetsOf(members, usersOf(members, name), jobTags(members, name, spec));
    return leave(`to--${name}`, targets, [door.range], door.ports);
  });
}

/** Setup jobs run on Cloud Run on either target: a database's own, and that of a share under its writer's tag. */
function jobTags({ deployment: { app }, links }: Members, name: string, spec: Data): string[] {
  if (spec.kind === "postgres") return [tagOf(app, `${name}-setup`)];
  if (spec.kind !== "vectors") return [];
  return links.flatMap((link) =>
    link.type === "use" && link.to === name && link.access === "write" ? [tagOf(app, link.from)] : [],
  );
}

/** Calls between services. Those on Cloud Run answer at Google's address and look at the caller's token. */
function callPaths(members: Members, { subnets }: Ranges): Path[] {
  return Object.keys(members.accounts).flatMap((to) => {
    const port = members.deployment.app.services[to]?.port;
    const users = usersOf(members, to);
    if (port === undefined || users.length === 0) return [];
    const [target] = targetsOf(members, [to]);
    if (!target) return [];
    const others = users.filter((user) => !onInstance(members, user));
    const ports = [String(port)];
    return [
      ...leave(`to--${to}`, targetsOf(members, users), subnets, ports),
      ...users.flatMap((user) => {
        const account = members.accounts[user];
        return account === undefined
          ? []
          : [{ ...arrive(`from--${user}--to--${to}`, target, ports), sourceServiceAccounts: [account] }];
      }),
      ...(others.length > 0
        ? [{ ...arrive(`from-jobs--to--${to}`, target, ports), sourceRanges: [...subnets] }]
        : []),
    ];
  });
}

/** Requests of the load balancer, and health checks, which come from the same addresses. */
function probePaths(members: Members): Path[] {
  return Object.keys(members.accounts).flatMap((service) => {
    const ports = probedPorts(members, service).map(String);
    return targetsOf(members, [service]).flatMap((target) =>
      ports.length === 0
        ? []
        : [{ ...arrive(`from-balancers--to--${service}`, target, ports), sourceRanges: [...LOAD_BALANCERS] }],
    );
  });
}

/** A service is asked on its port, one without a port on that of its metrics; operators' routes lead to those, too. */
export function probedPorts({ deployment: { app } }: Members, service: string): number[] {
  const { port, metrics } = app.services[service] ?? {};
  const shown = Object.values(app.routes).some(
    ({ to }) => to.type === "operators" && typeof to.tool === "object" && to.tool.metricsOf === service,
  );
  const ports = [port, port === undefined || shown ? metrics?.port : undefined];
  return [...new Set(ports.filter((number) => number !== undefined))];
}

function leave(
  name: string,
  targets: readonly (Target | Record<string, never>)[],
  destinationRanges: readonly string[],
  ports: string[],
): Path[] {
  return targets.map((target, index) => ({
    name: numbered(name, index),
    direction: "EGRESS",
    destinationRanges: [...destinationRanges],
    allows: [{ protocol: "tcp", ports }],
    ...target,
  }));
}

const arrive = (name: string, target: Target, ports: string[]): Path => ({
  name,
  direction: "INGRESS",
  allows: [{ protocol: "tcp", ports }],
  ...target,
});

/** Two hyphens are refused in names of the app's own, so that none of these is made twice. */
const numbered = (name: string, index: number) => (index === 0 ? name : `${name}--${index + 1}`);

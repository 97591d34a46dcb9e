/** Networks that Google would not make, or that would not work, and what a network does otherwise than asked. */
import { linksOf } from "../../../src/app/links.ts";
import type { App } from "../../../src/config/model.ts";
import type { Problem } from "../../../src/config/problem.ts";
import type { GcpSettings } from "../settings.ts";
import { contains, MOST_REGIONS, normal, overlaps } from "./addresses.ts";
import { hostsOf, registryHosts, sharers, splitHost } from "./egress.ts";
import { type Members, onInstance, usersOf } from "./members.ts";

/** Ranges for private networks: RFC 1918 and RFC 6598. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];
/** Cloud SQL and Docker on an instance keep it for themselves, so nothing in it can be reached. */
const DOCKER = "172.17.0.0/16";

export function refuseNetwork(app: App, settings: GcpSettings): Problem[] {
  return [
    ...refuseRange(settings),
    ...refuseRegions(app, settings),
    ...refuseHosts(app),
    ...refuseNames(app),
    ...refuseSetups(app),
  ];
}

function refuseRange({ cidr }: GcpSettings): Problem[] {
  const path = ["settings", "cidr"];
  const remedy = "write for instance 10.10.0.0/16";
  if (normal(cidr) !== cidr) {
    return [
      { path, what: `${cidr} does not begin where such a range begins`, remedy: `write ${normal(cidr)}` },
    ];
  }
  if (!PRIVATE.some((range) => contains(range, cidr))) {
    return [{ path, what: `${cidr} is not a private range`, allowed: PRIVATE.join(", "), remedy }];
  }
  if (!overlaps(cidr, DOCKER)) return [];
  return [{ path, what: `${cidr} overlaps ${DOCKER}, which Cloud SQL and Docker use themselves`, remedy }];
}

function refuseRegions({ regions }: App, { region }: GcpSettings): Problem[] {
  const count = new Set([...(region === undefined ? [] : [region]), ...regions]).size;
  if (count <= MOST_REGIONS) return [];
  return [
    {
      path: ["regions"],
      what: `${count} regions do not fit into one network`,
      allowed: `up to ${MOST_REGIONS}`,
      remedy: "remove regions, or spread them over two stacks",
    },
  ];
}

/** Google's firewall looks names up in public DNS. */
function refuseHosts({ services }: App): Problem[] {
  return Object.entries(services).flatMap(([service, { egress }]) =>
    egress.flatMap((host, index) =>
      splitHost(host).name.includes(".")
        ? []
        : [
            {
              path: ["services", service, "egress", index],
              what: `${host} is no name that Google's firewall can look up`,
              remedy: "write a full name such as api.example.com",
            },
          ],
    ),
  );
}

/** What belongs to a part is called after it, with two hyphens between: rules of the firewall, accounts. */
function refuseNames({ services, data }: App): Problem[] {
  const parts = { services, data };
  return (["services", "data"] as const).flatMap((block) =>
    Object.keys(parts[block])
      .filter((name) => name.includes("--"))
      .map((name) => ({
        path: [block, name],
        what: "two hyphens in a row are for names of what belongs to a part",
        remedy: `call it ${name.replaceAll(/-+/g, "-")}`,
      })),
  );
}

/** A database is set up by a job that is known by its name. */
function refuseSetups({ services, data }: App): Problem[] {
  return Object.entries(data).flatMap(([name, { kind }]) =>
    (kind === "postgres" || kind === "vectors") && services[`${name}-setup`]
      ? [
          {
            path: ["services", `${name}-setup`],
            what: `is what the job that sets ${name} up is called`,
            remedy: `call it ${name}-prepare for instance`,
          },
        ]
      : [],
  );
}

/** @param instances services that run on instances; the others run on Cloud Run */
export function differencesOfNetwork(
  app: App,
  settings: GcpSettings,
  instances: readonly string[] = [],
): string[] {
  const members: Members = {
    deployment: { app, settings },
    links: linksOf(app),
    accounts: Object.fromEntries(instances.map((service) => [service, service])),
  };
  return [...tellAddresses(app), ...tellShared(members), ...tellFetched(members), ...tellOpened(members)];
}

function tellAddresses({ services }: App): string[] {
  if (!Object.values(services).some(({ egress }) => egress.length > 0)) return [];
  return [
    "services.*.egress: a name opens the up to 32 addresses that it has at the moment; what else answers there can be called, too",
  ];
}

function tellShared(members: Members): string[] {
  const services = sharers(members);
  const lists = services.map((service) => [...hostsOf(members, service)].sort().join());
  if (new Set(lists).size < 2) return [];
  const hosts = [...new Set(services.flatMap((service) => hostsOf(members, service)))].sort();
  return [
    `services.*.egress: Cloud Run's services share one list of hosts, because Google's firewall tells them apart by address alone; ${services.join(", ")} may each call ${hosts.join(", ")}`,
  ];
}

/** The firewall can't tell a machine from the container on it. */
function tellFetched(members: Members): string[] {
  return Object.keys(members.accounts).flatMap((service) => {
    const hosts = registryHosts(members, service);
    if (hosts.length === 0) return [];
    return [
      `services.${service}.egress: the machine fetches its image from ${hosts.join(", ")}, so that the service may call them, too; an image in Artifact Registry needs none of it`,
    ];
  });
}

function tellOpened(members: Members): string[] {
  const { app } = members.deployment;
  return Object.keys(members.accounts).flatMap((service) => {
    const port = app.services[service]?.port;
    const jobs = usersOf(members, service).filter((user) => !onInstance(members, user));
    if (port === undefined || jobs.length === 0) return [];
    return [
      `services.${service}: port ${port} is open to everything in the network, because ${jobs.join(", ")} on Cloud Run can't be told from the rest`,
    ];
  });
}

/** What this target can't do for a Postgres, with the reason and the way out. */
import type { Postgres } from "../../../src/config/model.ts";
import type { Problem } from "../../../src/config/problem.ts";
import type { ImageSource } from "../images.ts";

/** Major versions per image source: Debian 12 has one, the official image is pinned to another. */
export const POSTGRES_VERSIONS = {
  upstream: [16],
  debian: [15],
} as const satisfies Record<ImageSource, readonly number[]>;

/** Roles that PostgreSQL keeps for itself. */
const RESERVED = ["public", "none", "postgres"];

/** @param source absent while it is not known yet; then only what no source can do is refused */
export function refusePostgres(
  name: string,
  spec: Postgres,
  { source, consumers }: { readonly source?: ImageSource; readonly consumers: readonly string[] },
): Problem[] {
  return [
    ...refuseVersion(name, spec, source),
    ...(spec.highAvailability || spec.replicas > 0 ? [refuseReplicas(name, spec)] : []),
    ...consumers.filter((service) => RESERVED.includes(service)).map(refuseLogin),
  ];
}

function refuseVersion(name: string, { version }: Postgres, source: ImageSource | undefined): Problem[] {
  const offered: readonly number[] = source
    ? POSTGRES_VERSIONS[source]
    : Object.values(POSTGRES_VERSIONS).flat();
  if (offered.includes(version)) return [];
  const why =
    source === "debian"
      ? "no image registry is used here, and Debian 12 packages one version"
      : "the docker target carries one version per image source";
  return [
    {
      path: ["data", name, "version"],
      what: `PostgreSQL ${version} cannot be had: ${why}`,
      allowed: offered.join(", "),
      remedy: `set version: ${offered[0]}`,
    },
  ];
}

function refuseReplicas(name: string, { replicas }: Postgres): Problem {
  return {
    path: ["data", name, replicas > 0 ? "replicas" : "highAvailability"],
    what: "one Docker host has no second machine for a replica",
    remedy: `set ${replicas > 0 ? "replicas: 0" : "highAvailability: false"} for this environment, or use a cloud target`,
  };
}

function refuseLogin(service: string): Problem {
  return {
    path: ["services", service],
    what: `PostgreSQL keeps the role name ${service} for itself, and each service logs in under its own name`,
    remedy: "call the service something else",
  };
}

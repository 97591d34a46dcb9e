/** What this target can't do for a Postgres, with the reason and the way out. */
import type { Postgres } from "../../../src/config/model.ts";
import type { Problem } from "../../../src/config/problem.ts";
import { refuseLogins } from "../../data/postgres/logins.ts";
import type { ImageSource } from "../images.ts";

/** Major versions per image source: the official image has every one that is maintained, Debian 12 one. */
export const POSTGRES_VERSIONS = {
  upstream: [14, 15, 16, 17, 18],
  debian: [15],
} as const satisfies Record<ImageSource, readonly number[]>;

/** @param source absent while it is not known yet; then only what no source can do is refused */
export function refusePostgres(
  name: string,
  spec: Postgres,
  { source, consumers }: { readonly source?: ImageSource; readonly consumers: readonly string[] },
): Problem[] {
  return [...refuseVersion(name, spec, source), ...refuseLogins(consumers)];
}

function refuseVersion(name: string, { version }: Postgres, source: ImageSource | undefined): Problem[] {
  const offered: readonly number[] = source
    ? POSTGRES_VERSIONS[source]
    : [...new Set(Object.values(POSTGRES_VERSIONS).flat())];
  if (offered.includes(version)) return [];
  const why =
    source === "debian"
      ? "no image registry is used here, and Debian 12 packages one version"
      : "the docker target carries the versions that PostgreSQL maintains";
  return [
    {
      path: ["data", name, "version"],
      what: `PostgreSQL ${version} cannot be had: ${why}`,
      allowed: offered.join(", "),
      remedy: `set version: ${offered.includes(15) ? 15 : offered[0]}`,
    },
  ];
}

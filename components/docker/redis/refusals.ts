/** What this target can't do for a Redis, with the reason and the way out. */
import type { Redis } from "../../../src/config/model.ts";
import type { Problem } from "../../../src/config/problem.ts";

/** Major version of both image sources: Debian 12 has 7.0, the official image is pinned to 7.4. */
const VERSION = 7;

export function refuseRedis(name: string, { version }: Redis): Problem[] {
  return [
    ...(version === VERSION
      ? []
      : [
          {
            path: ["data", name, "version"],
            what: `Redis ${version} is not the version that the docker target carries`,
            allowed: String(VERSION),
            remedy: `set version: ${VERSION}`,
          },
        ]),
  ];
}

/** What Google Cloud can't do for an index, and what it does otherwise. */
import { refuseWriters } from "../../../src/app/writers.ts";
import type { App, Vectors } from "../../../src/config/model.ts";
import { formatBytes, formatDuration } from "../../../src/config/parse.ts";
import type { Problem } from "../../../src/config/problem.ts";
import { refuseKeep } from "../bucket/keep.ts";
import { type Deployment, homeOf, regionsOf } from "../deployment.ts";
import { refuseKeyElsewhere } from "../key-location.ts";
import { LARGEST_SHARE } from "./share.ts";
import { volumeOf } from "./volume.ts";

export function refuseVectors(name: string, spec: Vectors, deployment: Deployment): Problem[] {
  const { app, settings } = deployment;
  const volume = volumeOf(name, spec, settings);
  const home = homeOf(deployment);
  return [
    ...refuseWriters(name, app),
    ...refuseGrowingWriters(name, app),
    ...refuseKeyElsewhere(
      name,
      volume === "nfs" ? `a file share in ${home}` : `a bucket in ${home.toUpperCase()}`,
      home,
      settings,
    ),
    ...(volume === "nfs" ? refuseShare(name, spec) : refuseKeep(name, spec)),
  ];
}

/** A writer that begins as one instance and may become more. Nothing here locks: of two that write, the last one wins. */
function refuseGrowingWriters(name: string, { services }: Pick<App, "services">): Problem[] {
  return Object.entries(services).flatMap(([service, { kind, scale, uses }]) => {
    const grows = kind !== "job" && kind !== "cron" && scale.min <= 1 && scale.max > 1;
    if (uses[name] !== "write" || !grows) return [];
    return [
      {
        path: ["services", service, "scale", "max"],
        what: `up to ${scale.max} instances would write to ${name} at a time, and an index has one writer`,
        allowed: "1",
        remedy: `set scale.max: 1, or give ${service} read and let a job write`,
      },
    ];
  });
}

export function differencesOfVectors(name: string, spec: Vectors, deployment: Deployment): string[] {
  const volume = volumeOf(name, spec, deployment.settings);
  const [home, ...others] = regionsOf(deployment);
  const writers = Object.entries(deployment.app.services).flatMap(([service, { uses }]) =>
    uses[name] === "write" ? [service] : [],
  );
  return [
    `data.${name}.staleAfter: nothing reads the folder to tell its age; a reader that exports vectors_index_age_seconds is watched`,
    ...(writers.length > 1
      ? [
          `data.${name}: writer.lock holds within one instance; ${writers.join(" and ")} must not run at the same time`,
        ]
      : []),
    ...(others.length > 0
      ? [`data.${name}: the index lies in ${home}; ${others.join(", ")} read it from there`]
      : []),
    ...(volume === "bucket" && spec.backup
      ? [
          `data.${name}.backup: what is deleted or overwritten can be brought back for ${formatDuration(spec.backup.keep)}, to any moment; nothing is copied every ${formatDuration(spec.backup.every)}`,
        ]
      : []),
    ...(spec.backup && spec.backup.drill !== "never"
      ? [`data.${name}.backup.drill: no drill is run for an index`]
      : []),
  ];
}

function refuseShare(name: string, { backup, storage }: Vectors): Problem[] {
  const path = ["data", name];
  return [
    ...(storage > LARGEST_SHARE
      ? [
          {
            path: [...path, "storage"],
            what: `${formatBytes(storage)} is more than a Filestore share holds`,
            allowed: `up to ${formatBytes(LARGEST_SHARE)}`,
            remedy: `set volume: bucket for ${name} in the target's settings`,
          },
        ]
      : []),
    ...(backup
      ? [
          {
            path: [...path, "backup"],
            what: "Filestore makes no backup by schedule",
            allowed: "none",
            remedy: `set backup: none, because an index can be built again, or volume: bucket for ${name} in the target's settings`,
          },
        ]
      : []),
  ];
}

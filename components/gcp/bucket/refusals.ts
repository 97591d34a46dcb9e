/** What Cloud Storage can't do for a bucket, and what it does otherwise. */
import { consumersOf } from "../../../src/app/links.ts";
import type { Bucket } from "../../../src/config/model.ts";
import { formatDuration } from "../../../src/config/parse.ts";
import type { Problem } from "../../../src/config/problem.ts";
import { days } from "../../../src/config/units.ts";
import { type Deployment, regionsOf } from "../deployment.ts";
import { refuseKeyElsewhere } from "../key-location.ts";
import { bucketNameOf } from "./create.ts";
import { keepOf, refuseKeep } from "./keep.ts";
import { locationOf } from "./location.ts";

/** HMAC keys that one service account may have. */
const MOST_KEYS = 10;

export function refuseBucket(name: string, spec: Bucket, deployment: Deployment): Problem[] {
  const place = locationOf(deployment);
  return [
    ...refuseKeep(name, spec),
    ...refuseName(name, deployment),
    ...refuseKeyElsewhere(name, `a bucket in ${place.location}`, place.key, deployment.settings),
    ...refuseKeys(name, deployment),
  ];
}

export function differencesOfBucket(name: string, spec: Bucket, deployment: Deployment): string[] {
  const [home, ...others] = regionsOf(deployment);
  const whole = spec.expireAfter === undefined || spec.expireAfter % days(1) === 0;
  return [
    ...(whole
      ? []
      : [`data.${name}.expireAfter: Cloud Storage counts in days; objects go after ${expiryDays(spec)}`]),
    ...(others.length > 0 && !locationOf(deployment).regions
      ? [
          `data.${name}: the bucket lies in ${home} alone; Cloud Storage pairs no bucket over ${[home, ...others].join(", ")}`,
        ]
      : []),
    ...(spec.backup
      ? [
          `data.${name}.backup: what is deleted or overwritten can be brought back for ${formatDuration(keepOf(spec))}, to any moment; nothing is copied every ${formatDuration(spec.backup.every)}`,
        ]
      : []),
    ...(spec.backup && spec.backup.drill !== "never"
      ? [`data.${name}.backup.drill: no drill is run for a bucket`]
      : []),
  ];
}

export function expiryDays({ expireAfter }: Pick<Bucket, "expireAfter">): number {
  return Math.ceil((expireAfter ?? 0) / days(1));
}

function refuseName(name: string, deployment: Deployment): Problem[] {
  const full = bucketNameOf(deployment, name);
  if (!/google|^goog|g00gle/.test(full)) return [];
  return [
    {
      path: ["data", name],
      what: `${full} would be the bucket's name, and Google keeps names with google in them for itself`,
      remedy: "call the app, the environment or the bucket something else",
    },
  ];
}

/** Said once, at the first bucket by name of those that the service uses. */
function refuseKeys(name: string, { app }: Deployment): Problem[] {
  return Object.keys(consumersOf(app, name)).flatMap((service) => {
    const used = Object.keys(app.services[service]?.uses ?? {}).filter(
      (part) => app.data[part]?.kind === "bucket",
    );
    if (used.length <= MOST_KEYS || used[0] !== name) return [];
    return [
      {
        path: ["services", service, "uses"],
        what: `${used.length} buckets need ${used.length} keys, more than a service account may have`,
        allowed: `up to ${MOST_KEYS}`,
        remedy: "put objects of one purpose under a prefix of one bucket",
      },
    ];
  });
}

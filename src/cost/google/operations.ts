/** Secrets, schedules, images, logs, alerts and users. */
import {
  DEPLOYS,
  IMAGE,
  KEPT_IMAGES,
  LOG_PER_REQUEST,
  LOG_PER_SERVICE,
  SECONDS,
  SECRET_READS,
} from "../assumptions.ts";
import { type Estimator, listIn, numberIn, textIn } from "../estimator.ts";
import type { GoogleSku } from "../prices/google.ts";
import { fixed, plus, times } from "../range.ts";
import { swing } from "../traffic.ts";

export const secretVersion: Estimator<GoogleSku> = () => [
  { sku: "secret.version", what: "a secret", quantity: fixed(1) },
  { sku: "secret.access", what: "reads by starting instances", quantity: swing(SECRET_READS) },
];

export const schedulerJob: Estimator<GoogleSku> = ({ inputs }) => [
  { sku: "scheduler.job", what: `schedule ${textIn(inputs.schedule)}`, quantity: fixed(1) },
];

const IMAGE_TYPE = "docker-build:index:Image";

export const registry: Estimator<GoogleSku> = (_, scene) => {
  const images = scene.ofType(IMAGE_TYPE).length;
  const scanned = scene
    .ofType("gcp:projects/service:Service")
    .some(({ inputs }) => inputs.service === "containerscanning.googleapis.com");
  const kept = `${images} images, ${KEPT_IMAGES} versions of each`;
  return [
    { sku: "registry.storage", what: kept, quantity: swing(images * KEPT_IMAGES * IMAGE) },
    ...(scanned
      ? [
          {
            sku: "registry.scan",
            what: `${images} images scanned at each deploy`,
            quantity: swing(images * DEPLOYS),
          } as const,
        ]
      : []),
  ];
};

/** Days that logs are kept for the price of taking them in. */
const KEPT = 30;

export const logs: Estimator<GoogleSku> = ({ inputs }, { app, traffic }) => {
  const services = Object.values(app.services);
  const answering = services.filter(({ kind }) => kind === "web" || kind === "model").length;
  // Each request is also in the load balancer's log.
  const written = plus(
    times(traffic.requests, (answering + 1) * LOG_PER_REQUEST),
    swing(services.length * LOG_PER_SERVICE),
  );
  const months = Math.max(numberIn(inputs.retentionDays, KEPT) - KEPT, 0) / KEPT;
  return [
    { sku: "logging.ingest", what: `logs of ${services.length} services`, quantity: written },
    ...(months > 0
      ? [{ sku: "logging.retention", what: "kept longer", quantity: times(written, months) } as const]
      : []),
  ];
};

export const alertPolicy: Estimator<GoogleSku> = ({ inputs }) => {
  const conditions = listIn(inputs.conditions).length;
  const what = `${conditions} condition${conditions === 1 ? "" : "s"}`;
  return [{ sku: "monitoring.condition", what, quantity: fixed(conditions) }];
};

/** Places that Google checks from when none are chosen. */
const CHECKERS = 6;

export const uptimeCheck: Estimator<GoogleSku> = ({ inputs }) => {
  const period = Number.parseFloat(textIn(inputs.period, "60s"));
  const places = listIn(inputs.selectedRegions).length || CHECKERS;
  const what = `from ${places} places every ${period} s`;
  return [{ sku: "monitoring.uptime", what, quantity: fixed((places * SECONDS) / period) }];
};

export const identityPlatform: Estimator<GoogleSku> = (_, { traffic }) => [
  { sku: "identity.users", what: "users who sign in", quantity: traffic.users },
];

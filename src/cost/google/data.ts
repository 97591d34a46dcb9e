/** Cloud SQL, Memorystore, Firestore, buckets and shares. */
import { parseTier } from "../../../components/gcp/postgres/tiers.ts";
import type { App } from "../../config/model.ts";
import {
  BACKUP_SHARE,
  DOCUMENT_READS,
  DOCUMENT_WRITES,
  DOCUMENTS_PER_USER,
  HOURS,
  OBJECT,
} from "../assumptions.ts";
import { at, type Estimator, numberIn, type Scene, type Seen, textIn } from "../estimator.ts";
import type { Draft, Range } from "../model.ts";
import type { GoogleSku } from "../prices/google.ts";
import { fixed, range, times } from "../range.ts";
import { swing } from "../traffic.ts";

type Lines = readonly Draft<GoogleSku>[];

export const BUCKET = "gcp:storage/bucket:Bucket";
export const BACKEND_BUCKET = "gcp:compute/backendBucket:BackendBucket";

/** An instance with a standby costs twice as much, backups aside. */
export const sqlInstance: Estimator<GoogleSku> = ({ inputs }) => {
  const { settings } = inputs;
  const tier = textIn(at(settings, "tier"));
  const region = textIn(inputs.region);
  const regional = at(settings, "availabilityType") === "REGIONAL";
  const common = { region, ...(regional && { times: 2 }) };
  const words = `${tier}${regional ? " with a standby, times 2" : ""}`;
  const machine = sqlMachine(tier);
  if (!machine) return { unpriced: `no price is known for Cloud SQL's machine ${tier}` };
  const size = numberIn(at(settings, "diskSize"), 10);
  const most = Math.max(numberIn(at(settings, "diskAutoresizeLimit")), size);
  const disk = range(size, size, most);
  const backups = at(settings, "backupConfiguration", "enabled") === true;
  return [
    ...machine.map(([sku, amount]) => ({
      ...common,
      sku,
      what: `${MACHINE_PART[sku] ?? "machine"}: ${words}`,
      quantity: fixed(amount * HOURS),
    })),
    { ...common, sku: "sql.storage", what: `disk: ${size} GiB, up to ${most}`, quantity: disk },
    ...(backups
      ? [
          {
            sku: "sql.backup",
            what: "backups and logs",
            quantity: times(disk, BACKUP_SHARE),
            region,
          } as const,
        ]
      : []),
  ];
};

const MACHINE_PART: Readonly<Partial<Record<GoogleSku, string>>> = {
  "sql.cpu": "cpu",
  "sql.memory": "memory",
};

/** What a machine is made of. Machines with eight GiB a core belong to an edition without prices here. */
function sqlMachine(tier: string): readonly (readonly [GoogleSku, number])[] | undefined {
  if (tier === "db-f1-micro") return [["sql.micro", 1]];
  if (tier === "db-g1-small") return [["sql.small", 1]];
  const parsed = parseTier(tier);
  const cpus = /^db-custom-(\d+)-/.exec(tier)?.[1];
  if ("wrong" in parsed || cpus === undefined) return undefined;
  return [
    ["sql.cpu", Number(cpus)],
    ["sql.memory", parsed.memory / 1024 ** 3],
  ];
}

/** Largest GiB of each size class; the class of an instance sets its price per GiB. */
const CAPACITY = [
  ["m1", 4],
  ["m2", 10],
  ["m3", 35],
  ["m4", 100],
  ["m5", Number.POSITIVE_INFINITY],
] as const;

export const redisInstance: Estimator<GoogleSku> = ({ inputs }) => {
  const size = numberIn(inputs.memorySizeGb, 1);
  const tier = inputs.tier === "STANDARD_HA" ? "standard" : "basic";
  const name = CAPACITY.find(([, most]) => size <= most)?.[0] ?? "m5";
  return [
    {
      sku: `redis.${tier}.${name}`,
      what: `${size} GiB, ${tier} tier`,
      quantity: fixed(size * HOURS),
      region: textIn(inputs.region),
    },
  ];
};

const documents = ({ traffic }: Scene): Range => times(traffic.users, DOCUMENTS_PER_USER);

export const firestore: Estimator<GoogleSku> = ({ inputs }, scene) => {
  if (inputs.databaseEdition === "ENTERPRISE") {
    return { unpriced: "no price is known for Firestore's enterprise edition, which speaks MongoDB" };
  }
  const region = textIn(inputs.locationId);
  const { requests } = scene.traffic;
  const stored = documents(scene);
  const history = inputs.pointInTimeRecoveryEnablement === "POINT_IN_TIME_RECOVERY_ENABLED";
  return [
    { sku: "firestore.reads", what: "documents read", quantity: times(requests, DOCUMENT_READS), region },
    {
      sku: "firestore.writes",
      what: "documents written",
      quantity: times(requests, DOCUMENT_WRITES),
      region,
    },
    { sku: "firestore.storage", what: "documents kept", quantity: stored, region },
    ...(history
      ? [{ sku: "firestore.history", what: "a week to go back to", quantity: stored, region } as const]
      : []),
  ];
};

const DAY = 86_400;

export const firestoreBackup: Estimator<GoogleSku> = ({ inputs }, scene) => {
  const kept = Number.parseFloat(textIn(inputs.retention)) / DAY / (inputs.weeklyRecurrence ? 7 : 1);
  const what = `${Math.round(kept)} backups kept`;
  return [{ sku: "firestore.backup", what, quantity: times(documents(scene), kept) }];
};

/** A bucket of the app's, one of its logs, or one of a tool. */
export const bucket: Estimator<GoogleSku> = (seen, scene) => {
  const { inputs, resource, part } = seen;
  const region = textIn(inputs.location);
  const data = Object.hasOwn(scene.app.data, part.name) ? scene.app.data[part.name] : undefined;
  const own = resource.name === part.name && data !== undefined;
  if (!own || !("storage" in data)) {
    return [{ sku: "storage.standard", what: "logs or files", quantity: SMALL, region }];
  }
  const size = data.storage / 1024 ** 3;
  const stored = { sku: "storage.standard", what: `${size} GiB`, quantity: swing(size), region } as const;
  return data.kind === "bucket" ? [stored, ...operations(seen, scene)] : [stored];
};

const SMALL: Range = { low: 0.1, expected: 0.5, high: 2 };

function operations({ inputs }: Seen, scene: Scene): Lines {
  const share = mediaShare(scene.app);
  const [loaded, sent] = [times(scene.traffic.media, share), times(scene.traffic.uploads, share)];
  const cached = scene.ofType(BACKEND_BUCKET).some((door) => door.inputs.bucketName === inputs.name);
  return [
    { sku: "storage.writes", what: "objects written", quantity: times(sent, 1 / OBJECT) },
    { sku: "storage.reads", what: "objects read", quantity: times(loaded, 1 / OBJECT) },
    // What the load balancer carries counts there.
    ...(cached ? [] : [{ sku: "network.egress", what: "media to users", quantity: loaded } as const]),
  ];
}

/** Media are spread evenly over the app's buckets. */
export function mediaShare({ data }: Pick<App, "data">): number {
  const buckets = Object.values(data).filter(({ kind }) => kind === "bucket").length;
  return 1 / Math.max(buckets, 1);
}

/** What a load balancer delivers of a bucket: the cache's traffic, and what the cache fetches. */
export const backendBucket: Estimator<GoogleSku> = ({ inputs }, scene) => {
  const own = scene.ofType(BUCKET).find((one) => one.inputs.name === inputs.bucketName);
  const part = own && scene.partOf(own);
  if (!part || scene.app.data[part.name]?.kind !== "bucket") return [];
  const media = times(scene.traffic.media, mediaShare(scene.app));
  if (inputs.enableCdn !== true) return [{ sku: "network.egress", what: "media to users", quantity: media }];
  return [
    { sku: "network.cdn", what: "media to users", quantity: media },
    { sku: "network.cdn.fill", what: "media into the cache", quantity: times(media, FILL) },
    { sku: "network.cdn.lookups", what: "objects asked for", quantity: times(media, 1 / OBJECT) },
  ];
};

/** Share of what a cache delivers that it has to fetch. */
const FILL = 0.2;

const SHARES: Readonly<Record<string, GoogleSku>> = {
  REGIONAL: "filestore.regional",
  BASIC_HDD: "filestore.basic",
};

export const share: Estimator<GoogleSku> = ({ inputs }) => {
  const tier = textIn(inputs.tier);
  const sku = Object.hasOwn(SHARES, tier) ? SHARES[tier] : undefined;
  if (!sku) return { unpriced: `no price is known for a Filestore share of tier ${tier}` };
  const size = numberIn(at(inputs.fileShares, "capacityGb"));
  return [{ sku, what: `${size} GiB, ${tier}`, quantity: fixed(size), region: textIn(inputs.location) }];
};

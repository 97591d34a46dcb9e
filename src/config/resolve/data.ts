/** One merged data part → Data. */
import { resolve } from "node:path";
import { keysOfData } from "../kinds.ts";
import type { Backup, Data, DataKind, DataOf } from "../model.ts";
import type { Path } from "../places.ts";
import { DATA_KINDS, type ParsedData } from "../schema/data.ts";
import { bytes, cores, milliseconds } from "../units.ts";
import { Missing, present } from "./missing.ts";

interface DataContext {
  readonly directory: string;
  readonly missing: Missing;
}

interface Part extends DataContext {
  readonly path: Path;
  readonly data: ParsedData;
}

/** Major versions that are kept up by their makers. */
const VERSIONS: Readonly<Partial<Record<DataKind, readonly [number, number]>>> = {
  postgres: [13, 18],
  redis: [6, 8],
  documents: [6, 8],
};

export function resolveData(name: string, data: ParsedData, context: DataContext): Data {
  const path = ["data", name];
  const kind = context.missing.need([...path, "kind"], data.kind, "postgres", {
    allowed: DATA_KINDS.join(", "),
    remedy: "add kind: postgres for instance",
  });
  // Without a kind there are no defaults, and everything else would seem to be missing.
  const missing = data.kind === undefined ? new Missing() : context.missing;
  const part: Part = { path, data, ...context, missing };
  refuseOtherKeys(part);
  refuseVersion(part);
  return resolvers[kind](part);
}

const resolvers: { readonly [K in DataKind]: (part: Part) => DataOf<K> } = {
  postgres: (part) => {
    const { data, missing, path, directory } = part;
    const pool = [...path, "pool"];
    return present({
      kind: "postgres" as const,
      ...sizeOf(part),
      version: need(part, "version", 16),
      init: (data.init ?? []).map((file) => resolve(directory, file)),
      extensions: data.extensions ?? [],
      pool: {
        max: missing.need([...pool, "max"], data.pool?.max, 1),
        total: missing.need([...pool, "total"], data.pool?.total, 1),
      },
      replicas: need(part, "replicas", 0),
      highAvailability: need(part, "highAvailability", false),
      backup: backupOf(part),
    });
  },
  redis: (part) =>
    present({
      kind: "redis" as const,
      version: need(part, "version", 7),
      memory: need(part, "memory", bytes(1)),
      eviction: need(part, "eviction", "noeviction" as const),
      persistence: need(part, "persistence", "none" as const),
      highAvailability: need(part, "highAvailability", false),
      backup: backupOf(part),
    }),
  documents: (part) =>
    present({
      kind: "documents" as const,
      ...sizeOf(part),
      engine: need(part, "engine", "mongodb" as const),
      version: need(part, "version", 7),
      highAvailability: need(part, "highAvailability", false),
      backup: backupOf(part),
    }),
  vectors: (part) =>
    present({
      kind: "vectors" as const,
      dimensions: part.missing.need([...part.path, "dimensions"], part.data.dimensions, 1, {
        remedy: "add the length of a vector, for instance dimensions: 512",
      }),
      storage: need(part, "storage", bytes(1)),
      staleAfter: need(part, "staleAfter", milliseconds(1)),
      backup: backupOf(part),
    }),
  bucket: (part) =>
    present({
      kind: "bucket" as const,
      storage: need(part, "storage", bytes(1)),
      cdn: need(part, "cdn", false),
      versioning: need(part, "versioning", false),
      expireAfter: part.data.expireAfter,
      backup: backupOf(part),
    }),
  auth: (part) => ({
    kind: "auth" as const,
    provider: need(part, "provider", "firebase" as const),
    signIn: need(part, "signIn", ["email"]),
    clients: clientsOf(part),
    domains: part.data.domains ?? [],
    signUp: need(part, "signUp", "open" as const),
  }),
};

function clientsOf({ data, missing, path }: Part): DataOf<"auth">["clients"] {
  const entries = Object.entries(data.clients ?? {}).map(([way, { id, secret }]) => {
    const where = [...path, "clients", way];
    return [
      way,
      {
        id: missing.need([...where, "id"], id, "", { remedy: "add the client id that was given there" }),
        secret: missing.need([...where, "secret"], secret, "", {
          remedy: "add the name of the app's secret that holds the client's secret",
        }),
      },
    ] as const;
  });
  return Object.fromEntries(entries);
}

function need<K extends keyof ParsedData>(
  { missing, path, data }: Part,
  key: K,
  placeholder: NonNullable<ParsedData[K]>,
): NonNullable<ParsedData[K]> {
  return missing.need([...path, key], data[key] ?? undefined, placeholder);
}

function sizeOf(part: Part) {
  return {
    cpu: need(part, "cpu", cores(1)),
    memory: need(part, "memory", bytes(1)),
    storage: need(part, "storage", bytes(1)),
  };
}

function backupOf({ data: { backup }, missing, path }: Part): Backup | undefined {
  if (backup === undefined || backup === "none") return undefined;
  const where = [...path, "backup"];
  return {
    every: missing.need([...where, "every"], backup.every, milliseconds(1)),
    keep: missing.need([...where, "keep"], backup.keep, milliseconds(1)),
    drill: missing.need([...where, "drill"], backup.drill, "never"),
  };
}

function refuseOtherKeys({ data, path, missing }: Part): void {
  const { kind } = data;
  if (kind === undefined) return;
  for (const key of Object.keys(data).filter((key) => !keysOfData(kind).includes(key))) {
    missing.add({
      path: [...path, key],
      what: `data of kind ${kind} has no ${key}`,
      allowed: keysOfData(kind).join(", "),
      remedy: "remove it or change the kind",
    });
  }
}

function refuseVersion({ data: { kind, version, engine }, path, missing }: Part): void {
  const range = kind && VERSIONS[kind];
  if (!range || version === undefined) return;
  const [oldest, newest] = range;
  if (version >= oldest && version <= newest) return;
  missing.add({
    path: [...path, "version"],
    what: `${version} is not a version of ${kind === "documents" ? (engine ?? "mongodb") : kind} that is kept up`,
    allowed: `${oldest}–${newest}`,
    remedy: `write ${version < oldest ? oldest : newest}`,
  });
}

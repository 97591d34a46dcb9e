/** The written form of data parts. Each kind has its own keys; what all kinds share is described once. */
import { z } from "zod";
import {
  bytesWithin,
  cpu,
  durationWithin,
  file,
  flag,
  host,
  keys,
  line,
  list,
  named,
  oneOf,
  pattern,
  shorthand,
  variableName,
  whole,
} from "./leaf.ts";

export const DATA_KINDS = ["postgres", "redis", "documents", "vectors", "bucket", "auth"] as const;

const backup = z
  .union(
    [
      z.literal("none"),
      keys({
        every: durationWithin("5m", "31d").meta({
          description: "Time between two backups. Without it: 24h.",
        }),
        keep: durationWithin("1h", "3650d").meta({
          description: "How long a backup is kept. Without it: 14d.",
        }),
        drill: oneOf("never", "weekly", "monthly").meta({
          description:
            "How often a backup is restored to prove it. Without it: never; monthly in the prod preset.",
        }),
      }),
    ],
    { error: "a map or none such as { every: 1h, keep: 14d }" },
  )
  .meta({
    description:
      "Backups. Without it: none; in the staging and prod presets daily. `none` switches them off.",
    examples: [{ every: "1h", keep: "14d", drill: "monthly" }, "none"],
  });

const highAvailability = flag().meta({
  description: "A second machine stands by. Without it: false; true in the prod preset.",
});
const sized = {
  cpu: cpu().meta({ description: "Cores. Without it: 0.5; 1 in the prod preset.", examples: [1] }),
  memory: bytesWithin("64Mi", "4Ti").meta({
    description: "Memory. Without it: 512Mi; 2Gi in the prod preset.",
    examples: ["1Gi"],
  }),
  storage: bytesWithin("128Mi", "64Ti").meta({
    description: "Disk. Without it: 5Gi; 20Gi in the prod preset.",
    examples: ["20Gi"],
  }),
};

const postgres = {
  ...sized,
  version: whole("a version", 1, 99, 16).meta({
    description: "Major version, 13–18. Without it: 16.",
    examples: [16],
  }),
  init: shorthand(
    file("./postgres/init.sql"),
    list("a list of paths such as [./postgres/init.sql]", file("./postgres/init.sql")),
    (path) => [path],
    "a path such as ./postgres/init.sql",
  ).meta({
    description: "SQL files, run in order on an empty database.",
    examples: ["./postgres/init.sql", ["./postgres/schema.sql", "./postgres/seed.sql"]],
  }),
  extensions: list(
    "a list such as [uuid-ossp]",
    pattern("an extension", "letters, digits, _ and -", "uuid-ossp", /^[a-z][a-z0-9_-]{0,62}$/),
  ).meta({
    description: "Extensions that are created in the database.",
    examples: [["uuid-ossp", "pg_trgm"]],
  }),
  pool: shorthand(
    whole("a number of connections", 1, 1000, 20),
    keys({
      max: whole("a number of connections", 1, 1000, 20).meta({
        description: "Connections that one service instance may hold. Without it: 20.",
      }),
      total: whole("a number of connections", 1, 10_000, 100).meta({
        description: "Connections that all may hold together. Without it: 100.",
      }),
    }),
    (max) => ({ max }),
    "a number of connections such as 20",
  ).meta({ description: "Limits on connections.", examples: [{ max: 20, total: 100 }] }),
  replicas: whole("a number of replicas", 0, 15).meta({ description: "Read replicas. Without it: 0." }),
  highAvailability,
  backup,
};

const redis = {
  version: whole("a version", 1, 99, 7).meta({
    description: "Major version, 6–8. Without it: 7.",
    examples: [7],
  }),
  memory: bytesWithin("16Mi", "1Ti").meta({
    description: "Memory for data. Without it: 128Mi; 256Mi in the prod preset.",
    examples: ["256Mi"],
  }),
  eviction: oneOf(
    "noeviction",
    "allkeys-lru",
    "allkeys-lfu",
    "volatile-lru",
    "volatile-lfu",
    "volatile-ttl",
  ).meta({
    description: "What goes when memory is full. Without it: allkeys-lru.",
  }),
  persistence: oneOf("none", "snapshot", "append-only").meta({
    description: "What survives a restart. Without it: none; append-only in the prod preset.",
  }),
  highAvailability,
  backup,
};

const documents = {
  ...sized,
  engine: oneOf("mongodb", "firestore").meta({ description: "Without it: mongodb." }),
  version: whole("a version", 1, 99, 7).meta({
    description: "Major version of MongoDB, 6–8. Without it: 7.",
    examples: [7],
  }),
  highAvailability,
  backup,
};

const vectors = {
  dimensions: whole("a number of dimensions", 1, 65_536, 512).meta({
    description: "Length of a vector. Needed.",
    examples: [512],
  }),
  storage: bytesWithin("16Mi", "64Ti").meta({
    description: "Disk for all versions of the index. Without it: 2Gi.",
    examples: ["10Gi"],
  }),
  staleAfter: durationWithin("1m", "365d").meta({
    description: "An index older than this raises an alert. Without it: 24h.",
    examples: ["24h"],
  }),
  backup,
};

const bucket = {
  storage: bytesWithin("16Mi", "5000Ti").meta({
    description: "Disk to plan for. Without it: 10Gi.",
    examples: ["10Gi"],
  }),
  cdn: flag().meta({ description: "Serve its objects from a content delivery network. Without it: false." }),
  versioning: flag().meta({
    description: "Keep what is overwritten or deleted. Without it: false; true in the prod preset.",
  }),
  expireAfter: durationWithin("1h", "3650d").meta({
    description: "Objects are deleted this long after they were written. Never without it.",
  }),
  backup,
};

/** Free words, because each target has ways of its own; it refuses what it lacks, with its list. */
const wayToSignIn = () =>
  pattern(
    "a way to sign in",
    "lower-case letters, digits, dots and hyphens, starting with a letter",
    "email",
    /^[a-z][a-z0-9.-]{0,62}$/,
  );

const auth = {
  provider: oneOf("firebase").meta({ description: "Who keeps the accounts. Without it: firebase." }),
  signIn: shorthand(
    wayToSignIn(),
    list("a list such as [email]", wayToSignIn()),
    (way) => [way],
    "a way to sign in such as email",
  ).meta({
    description:
      "How users sign in: email, email-link, phone, anonymous, or whoever knows them already. Without it: email.",
    examples: ["email", ["email", "apple"]],
  }),
  clients: named(
    "a map such as apple: { id: shop, secret: APPLE_SECRET }",
    wayToSignIn(),
    keys({
      id: line("a client id such as com.acme.shop").meta({ description: "Client id there. Needed." }),
      secret: variableName().meta({
        description: "Name from the app's `secrets` with the client's secret. Needed.",
      }),
    }),
  ).meta({
    description: "For a way to sign in that leads elsewhere: the app's registration there.",
    examples: [{ apple: { id: "com.acme.shop", secret: "APPLE_SECRET" } }],
  }),
  domains: list("a list such as [admin.flashfit.example]", host()).meta({
    description: "Hosts that a sign-in may begin at, beside `edge.domain` and its aliases.",
    examples: [["admin.flashfit.example"]],
  }),
  signUp: oneOf("open", "closed").meta({
    description:
      "open: who signs in first gets an account. closed: services make accounts. Without it: open.",
  }),
};

/** Kind → its own keys. */
export const dataKeys = { postgres, redis, documents, vectors, bucket, auth } as const satisfies Record<
  (typeof DATA_KINDS)[number],
  z.core.$ZodLooseShape
>;

/** All keys of all kinds. Which of them a part may have follows from its kind, once all layers are known. */
export const data = keys({
  kind: z.enum(DATA_KINDS).meta({
    description:
      "postgres: SQL; redis: cache, sessions, queues; documents: JSON documents; vectors: a FAISS index on a volume; bucket: files; auth: the app's users.",
  }),
  ...auth,
  ...vectors,
  ...bucket,
  ...redis,
  ...documents,
  ...postgres,
  memory: bytesWithin("16Mi", "4Ti"),
  storage: bytesWithin("16Mi", "5000Ti"),
}).meta({ id: "Data", description: "One data part of the app." });

/** The written form of one kind, with its own keys alone. */
export type WrittenDataOf<K extends keyof typeof dataKeys> = z.input<
  ReturnType<typeof keys<(typeof dataKeys)[K]>>
>;

export type WrittenData = z.input<typeof data>;
export type ParsedData = z.output<typeof data>;

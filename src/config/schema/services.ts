/** The written form of a service. */
import { z } from "zod";
import { parseCron, parseImage, parseTimeZone } from "../names.ts";
import { show, Unreadable } from "../unreadable.ts";
import {
  bytesWithin,
  containerPath,
  cpu,
  durationWithin,
  egressHost,
  file,
  keys,
  line,
  list,
  named,
  oneOf,
  partName,
  port,
  quantity,
  share,
  shorthand,
  text,
  urlPath,
  variableName,
  whole,
} from "./leaf.ts";
import { metrics } from "./metrics.ts";
import { rollout } from "./rollout.ts";

const build = shorthand(
  file("./backend").meta({ description: "Folder with a Dockerfile." }),
  keys({
    context: file("./backend").meta({
      description: "Folder that is sent to the build, relative to app.yaml.",
    }),
    dockerfile: file("Dockerfile").meta({
      description: "Dockerfile below the context. Without it: `Dockerfile`.",
    }),
    target: line("a build stage such as runtime").meta({
      description: "Stage of a multi-stage Dockerfile. Without it the last stage is built.",
    }),
    args: named('a map such as VERSION: "1"', variableName(), z.string({ error: 'text such as "1"' })).meta({
      description: "Build arguments. They end up in the image: no secrets here.",
    }),
  }),
  (context) => ({ context }),
  "a folder such as ./backend",
).meta({
  description:
    "Build the image from this folder. Either `build` or `image`. A changed file in the folder means a new version.",
  examples: ["./backend", { context: "./backend", target: "runtime" }],
});

const command = list("a list of words such as [node, server.js]", line("a word such as node"));

const scale = shorthand(
  whole("a number of instances", 0, 1000, 2).meta({ description: "A fixed number of instances." }),
  keys({
    min: whole("a number of instances", 0, 1000, 1).meta({
      description: "Instances that always run. Without it: 1; in the prod preset 2 for web and model.",
    }),
    max: whole("a number of instances", 1, 1000, 10).meta({
      description: "Most instances. Without it, as many as `min`: a fixed number.",
    }),
    on: keys({
      cpu: share().meta({ description: "Add instances above this use of `cpu`.", examples: ["70%"] }),
      memory: share().meta({ description: "Add instances above this use of `memory`.", examples: ["80%"] }),
      requestsPerSecond: whole("a number of requests", 1, 1_000_000, 100).meta({
        description: "Add instances above this many requests per second and instance.",
      }),
      queue: keys({
        data: partName().meta({ description: "A redis that the service uses." }),
        list: line("a list's key such as jobs").meta({ description: "Key of the list in that redis." }),
        length: whole("a length", 1, 1_000_000, 10).meta({ description: "Entries per instance to aim for." }),
      }).meta({
        description: "Follow the length of a list in redis.",
        examples: [{ data: "cache", list: "jobs", length: 10 }],
      }),
    }).meta({ description: "What the number of instances follows between `min` and `max`." }),
  }),
  (count) => ({ min: count, max: Math.max(count, 1) }),
  "a number of instances such as 2",
).meta({ description: "How many instances run.", examples: [2, { min: 2, max: 10, on: { cpu: "70%" } }] });

const health = shorthand(
  urlPath(),
  keys({
    live: urlPath().meta({
      description:
        "Answers 2xx while the process is sound; a failure restarts the container. Without it: `ready`.",
    }),
    ready: urlPath().meta({
      description:
        "Answers 2xx while requests may come; a failure takes the container out of rotation. Without it: `live`.",
    }),
    every: durationWithin("1s", "1h").meta({ description: "Time between two checks. Without it: 10s." }),
    timeout: durationWithin("100ms", "5m").meta({
      description: "Longest time for an answer. Without it: 3s.",
    }),
    failAfter: whole("a number of failures", 1, 100, 3).meta({
      description: "Failures in a row that count. Without it: 3.",
    }),
    startup: durationWithin("1s", "1h").meta({
      description: "Time that a start may take before failures count. Without it: 60s; model 5m.",
    }),
  }),
  (path) => ({ live: path, ready: path }),
  "a path such as /health",
).meta({
  description: "How to see that the service is well.",
  examples: ["/health", { live: "/health/live", ready: "/health/ready", every: "10s", failAfter: 3 }],
});

const streaming = shorthand(
  oneOf("sse", "websocket"),
  keys({
    kind: oneOf("sse", "websocket").meta({ description: "Server-sent events or WebSocket." }),
    longest: durationWithin("1s", "7d").meta({
      description: "Longest life of one connection. Without it: 1h.",
    }),
    heartbeat: durationWithin("1s", "1h").meta({
      description: "Longest silence: the service sends something at least this often. Without it: 15s.",
    }),
  }),
  (kind) => ({ kind }),
  "sse or websocket such as sse",
).meta({
  description: "The service sends long answers. Timeouts and buffers on the whole way follow from it.",
  examples: ["sse", { kind: "websocket", longest: "12h", heartbeat: "30s" }],
});

const access = oneOf("read", "write");

const uses = z
  .union(
    [
      list("a list such as [api]", partName()).transform((names, ctx) => {
        const twice = names.find((name, index) => names.indexOf(name) !== index);
        if (twice !== undefined) {
          ctx.addIssue({
            code: "custom",
            message: `${twice} stands in the list twice`,
            params: { remedy: "remove one" },
          });
          return z.NEVER;
        }
        return Object.fromEntries(names.map((name) => [name, "read" as z.output<typeof access>]));
      }),
      named("a map such as db: write", partName(), access),
    ],
    { error: "a map or a list such as { db: write }" },
  )
  .meta({
    description:
      "What the service may talk to: services and data, each with `read` or `write`. Gives the connection in the environment (`DB_HOST`, `DB_URL` …), the grant, and the network path. A list means `read` for each. Nothing else is reachable.",
    examples: [["api"], { db: "write", cache: "write", index: "read" }],
  });

const schedule = shorthand(
  text("a cron expression such as 0 3 * * *", parseCron),
  keys({
    cron: text("a cron expression such as 0 3 * * *", parseCron).meta({
      description: "Five fields: minute, hour, day of month, month, day of week.",
    }),
    timeZone: text("a time zone such as Europe/Berlin", parseTimeZone).meta({
      description: "IANA time zone. Without it: UTC.",
    }),
  }),
  (cron) => ({ cron }),
  "a cron expression such as 0 3 * * *",
).meta({
  description: "When a cron service runs.",
  examples: ["0 3 * * *", { cron: "0 3 * * *", timeZone: "Europe/Berlin" }],
});

const user = quantity("a user id such as 1000 or 1000:1000", (written) => {
  const [, uid, gid = uid] = /^(\d{1,9})(?::(\d{1,9}))?$/.exec(String(written)) ?? [];
  const allowed = "numeric ids from 1, user or user:group";
  if (uid === undefined || gid === undefined) {
    throw new Unreadable(`${show(written)} is not a numeric user`, {
      allowed,
      remedy: "write 1000:1000 for instance",
    });
  }
  if (Number(uid) === 0) {
    throw new Unreadable(`${show(written)} is root`, { allowed, remedy: "write 1000:1000 for instance" });
  }
  return `${Number(uid)}:${Number(gid)}`;
});

export const SERVICE_KINDS = ["web", "model", "worker", "job", "cron", "static"] as const;

export const service = keys({
  kind: z.enum(SERVICE_KINDS).meta({
    description:
      "web answers requests; model is a web that loads a model and may want a gpu; worker takes work by itself; job runs once per deploy; cron runs by schedule; static serves built files.",
  }),
  build,
  image: text("an image such as ghcr.io/acme/api:1.4.2", parseImage).meta({
    description: "A ready image, with a tag other than latest, or a digest. Either `build` or `image`.",
    examples: ["ghcr.io/acme/api:1.4.2"],
  }),
  command: command.meta({
    description: "Replaces the image's command, one word per entry.",
    examples: [["node", "server.js"]],
  }),
  port: port().meta({
    description: "Port that the service listens on. Needed on web and model; static: 8080 without it.",
    examples: [8080],
  }),
  cpu: cpu().meta({
    description: "Most cores that one instance may use. Without it: 0.5; model 1.",
    examples: [0.5, "250m"],
  }),
  memory: bytesWithin("4Mi", "1Ti").meta({
    description:
      "Most memory that one instance may use; above it the instance is stopped. Without it: 512Mi; model 2Gi, static 128Mi.",
    examples: ["512Mi"],
  }),
  reserve: keys({
    cpu: cpu().meta({ description: "At most `cpu`. Without it: half of `cpu`." }),
    memory: bytesWithin("4Mi", "1Ti").meta({
      description: "At most `memory`. Without it: half of `memory`.",
    }),
  }).meta({ description: "What is set aside for one instance.", examples: [{ cpu: 0.5, memory: "512Mi" }] }),
  gpu: keys({
    kind: line("a gpu such as nvidia-l4").meta({ description: "Kind of gpu, in the words of the target." }),
    count: whole("a number of gpus", 1, 16).meta({ description: "Gpus per instance. Without it: 1." }),
  }).meta({
    description: "Gpus for each instance. None without it.",
    examples: [{ kind: "nvidia-l4", count: 1 }],
  }),
  scale,
  health,
  streaming,
  timeout: durationWithin("1s", "1h").meta({
    description:
      "Longest time that a request (for a job or cron: a run) may take. Without it: 60s; job and cron 1h.",
    examples: ["60s"],
  }),
  stopGrace: durationWithin("1s", "1h").meta({
    description: "Time between SIGTERM and SIGKILL. Without it: 30s.",
    examples: ["30s"],
  }),
  uses,
  env: named(
    "a map such as LOG_LEVEL: info",
    variableName(),
    z.union([z.string(), z.number(), z.boolean()], { error: "text such as info" }).transform(String),
  ).meta({
    description:
      "Plain environment variables. Values are taken as text, exactly as they stand. No secrets here.",
    examples: [{ LOG_LEVEL: "info" }],
  }),
  envNames: named("a map such as DB_URL: DATABASE_URL", variableName(), variableName()).meta({
    description: "Gives a connection variable another name: contract name → name that the service wants.",
    examples: [{ DB_URL: "DATABASE_URL" }],
  }),
  secrets: list("a list such as [OPENAI_API_KEY]", variableName()).meta({
    description: "Names from the app's `secrets` that the service gets.",
    examples: [["OPENAI_API_KEY", "JWT_SECRET"]],
  }),
  secretsAs: oneOf("files", "environment").meta({
    description:
      "How secrets and passwords arrive: as files named by `<NAME>_FILE`, or as plain variables. Without it: files.",
  }),
  egress: list("a list such as [api.openai.com]", egressHost()).meta({
    description:
      "Hosts outside of the app that the service may call, on port 443 unless host:port says otherwise. Without it: none.",
    examples: [["api.openai.com"]],
  }),
  metrics,
  rollout,
  schedule,
  after: list("a list such as [migrate]", partName()).meta({
    description: "Jobs that must have succeeded before this service starts.",
    examples: [["migrate"]],
  }),
  scratch: list("a list such as [/tmp]", containerPath("/tmp")).meta({
    description:
      "Folders that the service may write to, empty at each start. Everything else is read-only. Without it: /tmp.",
  }),
  user: user.meta({
    description: "Numeric user and group. Without it the image's own user; never root.",
    examples: ["1000:1000"],
  }),
  fallback: urlPath().meta({
    description: "Only on static: the document for paths without a file. Without it they are 404.",
    examples: ["/index.html"],
  }),
  develop: keys({
    mount: named("a map such as ./backend: /app", file("./backend"), containerPath("/app")).meta({
      description: "Folder beside app.yaml → folder in the container, so that changes show at once.",
    }),
    command: command.meta({ description: "Command in development, for instance with hot reload." }),
  }).meta({
    description: "Honoured in development only.",
    examples: [{ mount: { "./backend": "/app" }, command: ["npm", "run", "dev"] }],
  }),
}).meta({ id: "Service", description: "One service of the app." });

export type WrittenService = z.input<typeof service>;
export type ParsedService = z.output<typeof service>;

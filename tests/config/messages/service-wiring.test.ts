/** What is said about one wrong value at a time, word for word: what services are made of, use and get. */
import { expect, it } from "vitest";
import { messageOf, type Row } from "./message-of.ts";

const rows: readonly Row[] = [
  [
    "services.api.image",
    "nginx",
    "services.api.image: nginx does not say which version; allowed: [registry/]repository:tag or [registry/]repository@sha256:<64 hex digits>; add a tag or a digest: nginx:1.4.2",
  ],
  [
    "services.api.image",
    "nginx:latest",
    "services.api.image: nginx:latest does not say which version; allowed: [registry/]repository:tag or [registry/]repository@sha256:<64 hex digits>; add a tag or a digest: nginx:1.4.2",
  ],
  [
    "services.api.image",
    "Nginx:1",
    "services.api.image: Nginx:1 is not in lower case; allowed: [registry/]repository:tag or [registry/]repository@sha256:<64 hex digits>; write nginx:1",
  ],
  [
    "services.api.image",
    "a@sha256:12",
    "services.api.image: a@sha256:12 has no valid digest; allowed: [registry/]repository:tag or [registry/]repository@sha256:<64 hex digits>; write @sha256: and 64 hex digits, or a tag",
  ],
  [
    "services.api.image",
    "a b:1",
    "services.api.image: a b:1 is not an image reference; allowed: [registry/]repository:tag or [registry/]repository@sha256:<64 hex digits>; write ghcr.io/acme/api:1.4.2 for instance",
  ],
  [
    "services.api.image",
    "x:!",
    "services.api.image: x:! has no valid tag; allowed: [registry/]repository:tag or [registry/]repository@sha256:<64 hex digits>; write x:1.4.2 for instance",
  ],
  [
    "services.api.kind",
    "wbe",
    "services.api.kind: wbe is not one of the allowed words; allowed: web, model, worker, job, cron, static; did you mean web?",
  ],
  [
    "services.api.kind",
    "lambda",
    "services.api.kind: lambda is not one of the allowed words; allowed: web, model, worker, job, cron, static; write web for instance",
  ],
  ["services.api.memroy", "1Gi", "services.api.memroy: memroy is not a key here; did you mean memory?"],
  [
    "services.api.depends_on",
    ["db"],
    "services.api.depends_on: depends_on is not a key here; did you mean uses?",
  ],
  [
    "services.api.frobnicate",
    1,
    "services.api.frobnicate: frobnicate is not a key here; allowed: kind, build, image, command, port, cpu, memory, reserve, gpu, scale, health, streaming, timeout, stopGrace, uses, env, envNames, secrets, secretsAs, egress, metrics, rollout, schedule, after, scratch, user, fallback, develop; correct or remove it",
  ],
  [
    "services.Api.kind",
    "web",
    "services.Api: Api is not a name; allowed: up to 30 lower-case letters, digits and hyphens, starting with a letter, not ending in a hyphen; write api for instance",
  ],
  ["services.api.uses", ["db", "db"], "services.api.uses: db stands in the list twice; remove one"],
  [
    "services.api.uses.dbb",
    "read",
    "services.api.uses.dbb: there is no service or data dbb; allowed: shop, model, worker, migrate, reindex, db, cache, index, files; did you mean db?",
  ],
  [
    "services.api.uses.db",
    "admin",
    "services.api.uses.db: admin is not one of the allowed words; allowed: read, write; write read for instance",
  ],
  ["services.api.uses.api", "read", "services.api.uses.api: api uses itself; remove it"],
  [
    "services.api.uses.worker",
    "read",
    "services.api.uses.worker: worker is a worker service, which nobody can call; allowed: services of kind web, model, static, and data; remove it",
  ],
  [
    "services.api.uses",
    "db",
    "services.api.uses: db is not a map or a list; write { db: write } for instance",
  ],
  [
    "services.api.env.1X",
    "a",
    "services.api.env.1X: 1X is not a variable name; allowed: up to 100 letters, digits and underscores, not starting with a digit; write LOG_LEVEL for instance",
  ],
  [
    "services.api.env.PORT",
    "80",
    "services.api.env.PORT: PORT comes from port already; remove or rename one of the two",
  ],
  [
    "services.api.env.DB_HOST",
    "x",
    "services.api.env.DB_HOST: DB_HOST comes from uses.db already; remove or rename one of the two",
  ],
  [
    "services.api.env.OPENAI_API_KEY_FILE",
    "x",
    "services.api.env.OPENAI_API_KEY_FILE: OPENAI_API_KEY_FILE comes from secrets already; remove or rename one of the two",
  ],
  ["services.api.env.X", ["a"], "services.api.env.X: a list is not text; write info for instance"],
  [
    "services.api.envNames.DB_URI",
    "X",
    "services.api.envNames.DB_URI: DB_URI is not a variable that uses gives; allowed: DB_HOST, DB_PORT, DB_NAME, DB_USER, DB_PASSWORD, DB_URL, DB_SSLMODE, DB_POOL_MAX, CACHE_HOST, CACHE_PORT, CACHE_USER, CACHE_PASSWORD, CACHE_URL, CACHE_CA, INDEX_PATH, INDEX_DIMENSIONS, MODEL_URL, MODEL_HOST, MODEL_PORT, MODEL_AUDIENCE; did you mean DB_URL?",
  ],
  [
    "services.api.envNames.CACHE_HOST",
    "DB_HOST",
    "services.api.envNames.CACHE_HOST: DB_HOST comes from uses.db already; rename it with envNames",
  ],
  [
    "services.api.secrets",
    ["OPENAI_KEY"],
    "services.api.secrets.0: there is no secret OPENAI_KEY; allowed: OPENAI_API_KEY, JWT_SECRET, TLS_CHAIN, TLS_KEY, SMTP_PASSWORD; did you mean OPENAI_API_KEY?",
  ],
  [
    "services.api.secrets",
    ["JWT_SECRET", "JWT_SECRET"],
    "services.api.secrets.1: JWT_SECRET stands in the list twice; remove one",
  ],
  [
    "services.api.egress",
    ["https://api.openai.com/v1"],
    "services.api.egress.0: https://api.openai.com/v1 is a URL, not a host name; allowed: lower-case labels of letters, digits and hyphens, joined by dots; write api.openai.com",
  ],
  [
    "services.api.egress",
    ["10.0.0.0/8"],
    "services.api.egress.0: 10.0.0.0/8 is an address, not a host name; allowed: lower-case labels of letters, digits and hyphens, joined by dots; write api.example.com for instance",
  ],
  [
    "services.api.egress",
    ["API.openai.com"],
    "services.api.egress.0: API.openai.com is not in lower case; allowed: lower-case labels of letters, digits and hyphens, joined by dots; write api.openai.com",
  ],
  [
    "services.api.egress",
    ["a.example:99999"],
    "services.api.egress.0: a.example:99999 has no valid port; allowed: 1–65535; write a.example:443",
  ],
  [
    "services.api.metrics.declares",
    "nope.yaml",
    "services.api.metrics.declares: nope.yaml: there is no such file; create it with name: { type, help, labels } entries, or correct the path",
  ],
  [
    "services.api.metrics.declares",
    { "http-errors": { type: "counter", help: "x" } },
    "services.api.metrics.declares.http-errors: http-errors is not a metric name; allowed: letters, digits, _ and :, not starting with a digit; write http_requests_total for instance",
  ],
  [
    "services.api.metrics.declares",
    { x_total: { type: "count", help: "x" } },
    "services.api.metrics.declares.x_total.type: count is not one of the allowed words; allowed: counter, gauge, histogram, summary; did you mean counter?",
  ],
  [
    "services.api.metrics.declares",
    { x_total: { type: "counter" } },
    [
      "app.yaml:22:77: services.api.rollout.gate.metric.name: http_errors_ratio is not declared by api; allowed: x_total; declare it under services.api.metrics.declares",
      "services.api.metrics.declares.x_total.help: is missing; add one line that says what it measures, with its unit",
    ].join("\n"),
  ],
  [
    "services.api.rollout.gate.metric.name",
    "http_error_ratio",
    "services.api.rollout.gate.metric.name: http_error_ratio is not declared by api; allowed: http_requests_total, http_errors_ratio; did you mean http_errors_ratio?",
  ],
  [
    "services.api.rollout.strategy",
    "bluegreen",
    "services.api.rollout.strategy: bluegreen is not one of the allowed words; allowed: rolling, blue-green, canary; did you mean blue-green?",
  ],
  [
    "services.api.rollout.share",
    "10%",
    "services.api.rollout.share: strategy blue-green has no share; allowed: with canary; remove share or set strategy: canary",
  ],
  [
    "services.api.after",
    ["migrat"],
    "services.api.after.0: there is no job migrat; allowed: migrate; did you mean migrate?",
  ],
  [
    "services.api.after",
    ["worker"],
    "services.api.after.0: worker is a worker service, not a job; allowed: migrate; name a job, or put the service into uses",
  ],
  [
    "services.api.scratch",
    ["tmp"],
    "services.api.scratch.0: tmp is not an absolute path inside the container; allowed: letters, digits, . _ @ - between slashes; write /tmp for instance",
  ],
  [
    "services.shop.image",
    "nginx:1.27",
    "services.shop.image: a service of kind static has no image; allowed: on web, model, worker, job, cron; remove it or change the kind",
  ],
  [
    "services.shop.uses",
    ["api"],
    "services.shop.uses: a service of kind static has no uses; allowed: on web, model, worker, job, cron; remove it or change the kind",
  ],
  [
    "services.migrate.uses",
    { api: "read" },
    "app.yaml:23:13: services.api.after.0: is part of a cycle: api → migrate → api; remove one of these links",
  ],
  [
    "services.model.uses",
    { api: "read" },
    "app.yaml:16:58: services.api.uses.model: is part of a cycle: api → model → api; remove one of these links",
  ],
];

it.each(rows)("%s: %j", (key, value, message) => {
  expect(messageOf(key, value)).toBe(message);
});

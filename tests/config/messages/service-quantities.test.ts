/** What is said about one wrong value at a time, word for word: sizes, times, ports and schedules of services. */
import { expect, it } from "vitest";
import { messageOf, type Row } from "./message-of.ts";

const rows: readonly Row[] = [
  [
    "services.api.memory",
    "512MB",
    "services.api.memory: 512MB is not a size; allowed: a number with Ki, Mi, Gi or Ti; write 512Mi",
  ],
  [
    "services.api.memory",
    512,
    "services.api.memory: 512 has no unit; allowed: a number with Ki, Mi, Gi or Ti; write 512Mi or 512Gi",
  ],
  [
    "services.api.memory",
    "lots",
    "services.api.memory: lots is not a size; allowed: a number with Ki, Mi, Gi or Ti; write 512Mi for instance",
  ],
  ["services.api.memory", "1Mi", "services.api.memory: 1Mi is too small; allowed: 4Mi–1Ti; write 4Mi"],
  ["services.api.memory", true, "services.api.memory: true is not a size; write 512Mi for instance"],
  [
    "services.api.memory",
    "0Gi",
    "services.api.memory: 0Gi is no size: it is zero; allowed: a number with Ki, Mi, Gi or Ti; write more than zero",
  ],
  [
    "services.api.cpu",
    "2 cores",
    "services.api.cpu: 2 cores is not a number of cores; allowed: cores such as 0.5 or 2, or thousandths such as 250m; write 0.5 for instance",
  ],
  [
    "services.api.cpu",
    0,
    "services.api.cpu: 0 is no number of cores: it is zero; allowed: cores such as 0.5 or 2, or thousandths such as 250m; write more than zero",
  ],
  ["services.api.cpu", Number.NaN, "services.api.cpu: NaN is not a number of cores; write 0.5 for instance"],
  [
    "services.api.timeout",
    30,
    "services.api.timeout: 30 has no unit; allowed: a number with ms, s, m, h, d or w; write 30s or 30m",
  ],
  ["services.api.timeout", "2h", "services.api.timeout: 2h is too long; allowed: 1s–1h; write 1h"],
  [
    "services.api.timeout",
    "soon",
    "services.api.timeout: soon is not a length of time; allowed: a number with ms, s, m, h, d or w; write 10s for instance",
  ],
  [
    "services.api.health.every",
    "100ms",
    "services.api.health.every: 100ms is too short; allowed: 1s–1h; write 1s",
  ],
  ["services.api.scale.on.cpu", 70, "services.api.scale.on.cpu: 70 has no %; allowed: 0%–100%; write 70%"],
  ["services.api.scale.on.cpu", 0.7, "services.api.scale.on.cpu: 0.7 has no %; allowed: 0%–100%; write 70%"],
  [
    "services.api.scale.on.cpu",
    "170%",
    "services.api.scale.on.cpu: 170% is more than all; allowed: 0%–100%; write 70% for instance",
  ],
  [
    "services.api.scale.on.cpu",
    "much",
    "services.api.scale.on.cpu: much is not a share; allowed: 0%–100%; write 70% for instance",
  ],
  ["services.api.port", 70000, "services.api.port: 70000 is not a port; allowed: 1–65535; write 65535"],
  [
    "services.api.port",
    "8080",
    'services.api.port: "8080" is text; allowed: a port; write 8080 without quotes',
  ],
  ["services.api.port", 80.5, "services.api.port: 80.5 is not a port; allowed: 1–65535; write 81"],
  [
    "services.api.scale",
    0.5,
    "services.api.scale: 0.5 is not a number of instances; allowed: 0–1000; write 1",
  ],
  [
    "services.api.scale.min",
    9,
    "services.api.scale.min: min 9 is more than max 6; allowed: 0–6; set min: 6 or max: 9",
  ],
  [
    "services.api.scale.max",
    "many",
    "services.api.scale.max: many is not a number of instances; write 10 for instance",
  ],
  [
    "services.api.health",
    "health",
    "services.api.health: health is not a path; allowed: a path from the root, without spaces, query or ..; write /health",
  ],
  [
    "services.api.health",
    "/a b",
    "services.api.health: /a b is not a path; allowed: a path from the root, without spaces, query or ..; write /health for instance",
  ],
  ["services.api.health", 5, "services.api.health: 5 is not a path; write /health for instance"],
  [
    "services.api.health.interval",
    "5s",
    "services.api.health.interval: interval is not a key here; did you mean every?",
  ],
  [
    "services.api.streaming",
    "grpc",
    "services.api.streaming: grpc is not sse or websocket; write sse for instance",
  ],
  [
    "services.api.streaming.heartbeat",
    "60s",
    "services.api.streaming.heartbeat: a silence of 1m is cut by timeout 1m; allowed: less than 1m; send a heartbeat more often, or set timeout above 1m",
  ],
  [
    "services.api.streaming.longest",
    "10s",
    "services.api.streaming.heartbeat: 15s is not shorter than the stream's longest life of 10s; allowed: less than 10s; send a heartbeat more often, or set a larger streaming.longest",
  ],
  [
    "services.api.schedule",
    "0 3 * * *",
    "services.api.schedule: a service of kind web has no schedule; allowed: on cron; remove it or change the kind",
  ],
  [
    "services.reindex.schedule",
    "0 3 * *",
    "services.reindex.schedule: 0 3 * * has 4 fields; allowed: five fields: minute hour day-of-month month day-of-week; write 0 3 * * * for every night at three",
  ],
  [
    "services.reindex.schedule",
    "61 3 * * *",
    "services.reindex.schedule: 61 3 * * * is not a cron expression (Constraint error, got value 61 expected range 0-59); allowed: five fields: minute hour day-of-month month day-of-week; write 0 3 * * * for every night at three",
  ],
  [
    "services.reindex.schedule.timeZone",
    "Berlin",
    "services.reindex.schedule.timeZone: Berlin is not a time zone; allowed: an IANA name such as Europe/Berlin or UTC; write UTC for instance",
  ],
  [
    "services.reindex.schedule.cron",
    "@daily",
    "services.reindex.schedule.cron: @daily has 1 field; allowed: five fields: minute hour day-of-month month day-of-week; write 0 3 * * * for every night at three",
  ],
  [
    "services.reindex.port",
    80,
    "services.reindex.port: a service of kind cron has no port; allowed: on web, model, worker, static; remove it or change the kind",
  ],
  [
    "services.api.user",
    0,
    "services.api.user: 0 is root; allowed: numeric ids from 1, user or user:group; write 1000:1000 for instance",
  ],
  [
    "services.api.user",
    "app",
    "services.api.user: app is not a numeric user; allowed: numeric ids from 1, user or user:group; write 1000:1000 for instance",
  ],
  [
    "services.api.reserve.memory",
    "2Gi",
    "services.api.reserve.memory: 2Gi is more than memory 1Gi; allowed: up to 1Gi; set reserve.memory: 1Gi or memory: 2Gi",
  ],
  [
    "services.api.reserve.cpu",
    4,
    "services.api.reserve.cpu: 4 is more than cpu 0.5; allowed: up to 0.5; set reserve.cpu: 0.5 or cpu: 4",
  ],
  [
    "services.worker.scale.on.queue.data",
    "files",
    "services.worker.scale.on.queue.data: files is data of kind bucket, not redis; allowed: cache; a queue is a list in redis",
  ],
  [
    "services.worker.scale.on.queue.data",
    "chache",
    "services.worker.scale.on.queue.data: there is no redis chache; allowed: cache; did you mean cache?",
  ],
  [
    "services.api.gpu",
    "nvidia",
    "services.api.gpu: nvidia is not a map; allowed: a map with kind, count; write its keys below it, indented, or remove it",
  ],
  [
    "services.model.gpu.count",
    99,
    "services.model.gpu.count: 99 is not a number of gpus; allowed: 1–16; write 16",
  ],
  [
    "services.model.port",
    8080,
    "services.model.port: 8080 is the port of services.api.port already, and development publishes both; choose another port, or set development: false for this environment",
  ],
];

it.each(rows)("%s: %j", (key, value, message) => {
  expect(messageOf(key, value)).toBe(message);
});

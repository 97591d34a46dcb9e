/** Values that follow from others when nobody wrote them: half of `memory` is reserved, `max` is `min`. */
import type { Origin } from "../layers.ts";
import { formatBytes, formatCpu } from "../parse.ts";
import { formatPath } from "../places.ts";
import type { Overlay } from "../schema/app.ts";
import type { ParsedData } from "../schema/data.ts";
import type { ParsedService } from "../schema/services.ts";
import { type Bytes, bytes, type Cpu, cores } from "../units.ts";

/** Adds the values to `merged`, which nobody else holds yet, and their origins. */
export function derive(merged: Overlay, origins: Map<string, Origin>): void {
  const note = (path: string[], written: unknown, from: string) =>
    origins.set(formatPath(path), {
      source: "default",
      label: `default (${from})`,
      written: String(written),
    });
  for (const [name, service] of Object.entries(merged.services ?? {})) {
    deriveService(service, (keys, written, from) => note(["services", name, ...keys], written, from));
  }
  for (const [name, data] of Object.entries(merged.data ?? {})) {
    deriveData(data, (keys, written, from) => note(["data", name, ...keys], written, from));
  }
}

type Note = (keys: string[], written: unknown, from: string) => void;

function deriveService(service: ParsedService, note: Note): void {
  const { health, scale, metrics } = service;
  if (health) deriveHealth(health, note);
  if (scale) deriveScale(scale, (keys, ...rest) => note(["scale", ...keys], ...rest));
  if (metrics && metrics.port === undefined && service.port !== undefined) {
    metrics.port = service.port;
    note(["metrics", "port"], service.port, "the service's port");
  }
  deriveReserve(service, note);
}

function deriveHealth(health: NonNullable<ParsedService["health"]>, note: Note): void {
  const { live, ready } = health;
  if (live === undefined && ready !== undefined) {
    health.live = ready;
    note(["health", "live"], ready, "the same as ready");
  }
  if (ready === undefined && live !== undefined) {
    health.ready = live;
    note(["health", "ready"], live, "the same as live");
  }
}

function deriveScale(
  scale: NonNullable<ParsedService["scale"]>,
  note: (keys: string[], written: unknown, from: string) => void,
): void {
  if (scale.max === undefined && scale.min !== undefined) {
    scale.max = Math.max(scale.min, 1);
    note(["max"], scale.max, "the same as min");
  }
}

function deriveReserve(service: ParsedService, note: Note): void {
  const reserve = service.reserve ?? {};
  service.reserve = reserve;
  if (reserve.cpu === undefined && service.cpu !== undefined) {
    const half: Cpu = cores(service.cpu / 2);
    reserve.cpu = half;
    note(["reserve", "cpu"], formatCpu(half), "half of cpu");
  }
  if (reserve.memory === undefined && service.memory !== undefined) {
    const half: Bytes = bytes(Math.ceil(service.memory / 2 / 1024) * 1024);
    reserve.memory = half;
    note(["reserve", "memory"], formatBytes(half), "half of memory");
  }
}

const CONNECTIONS = 100;

function deriveData(data: ParsedData, note: Note): void {
  if (data.kind !== "postgres" || !data.pool || data.pool.total !== undefined) return;
  data.pool.total = Math.max(CONNECTIONS, data.pool.max ?? 0);
  note(["pool", "total"], data.pool.total, "100, or max when that is more");
}

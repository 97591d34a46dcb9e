/** Tables of defaults → a layer for one app: each service and data part gets its kind's row. */
import {
  backupDefaults,
  blockDefaults,
  canaryDefaults,
  corsDefaults,
  gateDefaults,
  generateDefaults,
  modelHealthDefaults,
  redirectDefaults,
  routeDefaults,
  smtpDefaults,
} from "./defaults.ts";
import type { Layer } from "./layers.ts";
import { type Overlay, overlay } from "./schema/app.ts";
import type { ParsedData } from "./schema/data.ts";
import type { ParsedService } from "./schema/services.ts";
import type { Table } from "./tables.ts";

/** The layer of one table, for the services and data that `app` (everything written) has. */
export function tableLayer(source: "default" | "preset", label: string, table: Table, app: Overlay): Layer {
  const written = {
    ...table.app,
    services: mapValues(app.services, ({ kind }) => (kind && table.services[kind]) ?? {}),
    data: mapValues(app.data, ({ kind }) => (kind && table.data[kind]) ?? {}),
  };
  return { source, label, written, parsed: overlay.parse(written), removed: [] };
}

/** Defaults of the blocks that `app`, with its presets, has: they depend on what is written. */
export function blockLayer(app: Overlay): Layer {
  const { smtp } = app.monitoring?.alerts ?? {};
  const written = {
    services: mapValues(app.services, serviceBlocks),
    data: mapValues(app.data, dataBlocks),
    secrets: mapValues(app.secrets, (secret) => ("generate" in secret ? generateDefaults : {})),
    routes: mapValues(app.routes, ({ redirect, operators }) =>
      redirect ? { redirect: redirectDefaults } : operators ? { ...routeDefaults } : routeDefaults,
    ),
    edge: { ...(app.edge?.cors && { cors: corsDefaults }) },
    ...(smtp && { monitoring: { alerts: { smtp: smtpDefaults } } }),
  };
  return { source: "default", label: "default", written, parsed: parseBlocks(written), removed: [] };
}

function serviceBlocks(service: ParsedService): object {
  const present = Object.entries(blockDefaults).filter(
    ([key]) => service[key as keyof ParsedService] !== undefined,
  );
  const { kind, health, rollout } = service;
  const { gate, strategy } = rollout ?? {};
  return {
    ...Object.fromEntries(present),
    ...(health && kind === "model" && { health: { ...blockDefaults.health, ...modelHealthDefaults } }),
    ...((gate || strategy === "canary") && {
      rollout: { ...(gate && { gate: gateDefaults }), ...(strategy === "canary" && canaryDefaults) },
    }),
  };
}

function dataBlocks({ backup }: ParsedData): object {
  return backup !== undefined && backup !== "none" ? { backup: backupDefaults } : {};
}

/** The blocks' defaults are partial: `redirect` has no location, `generate` no format. Every key is optional. */
function parseBlocks(written: object): Overlay {
  return overlay.parse(written);
}

function mapValues<V, W>(
  record: Readonly<Record<string, V>> | undefined,
  map: (value: V) => W,
): Record<string, W> {
  return Object.fromEntries(Object.entries(record ?? {}).map(([key, value]) => [key, map(value)]));
}

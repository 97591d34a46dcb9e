/** Tables of defaults → a layer for one app: each service and data part gets its kind's row.
 *
 * The tables are read once by the schema that app.yaml is read by.
 */
import type { z } from "zod";
import * as table from "./defaults.ts";
import type { Layer } from "./layers.ts";
import type { PresetName } from "./model.ts";
import { presets } from "./presets.ts";
import { type Overlay, overlay } from "./schema/app.ts";
import { data, type ParsedData } from "./schema/data.ts";
import { type ParsedService, service } from "./schema/services.ts";
import type { Table } from "./tables.ts";

/** A row as it is written, and as the schema reads it. */
type Row = Readonly<Record<"written" | "parsed", object>>;
type View = keyof Row;

interface Rows {
  readonly app: Row;
  readonly services: Readonly<Record<string, Row>>;
  readonly data: Readonly<Record<string, Row>>;
}

const EMPTY: Row = { written: {}, parsed: {} };

function row(schema: z.ZodType<object>, written: object): Row {
  return { written, parsed: schema.parse(written) };
}

function rowsOf(source: Table): Rows {
  return {
    app: row(overlay, source.app),
    services: mapValues(source.services, (written) => row(service, written)),
    data: mapValues(source.data, (written) => row(data, written)),
  };
}

const defaultRows = rowsOf(table.defaults);
const presetRows = mapValues(presets, rowsOf);

/** The defaults of every service and data part of `app`, which is everything written. */
export function defaultLayer(app: Overlay): Layer {
  return tableLayer("default", "default", defaultRows, app);
}

export function presetLayer(preset: PresetName, app: Overlay): Layer {
  return tableLayer("preset", `preset ${preset}`, presetRows[preset] ?? defaultRows, app);
}

function tableLayer(source: "default" | "preset", label: string, rows: Rows, app: Overlay): Layer {
  const view = (of: View) => ({
    ...rows.app[of],
    services: mapValues(app.services, ({ kind }) => (kind && rows.services[kind]?.[of]) ?? {}),
    data: mapValues(app.data, ({ kind }) => (kind && rows.data[kind]?.[of]) ?? {}),
  });
  return { source, label, written: view("written"), parsed: view("parsed") as Overlay, removed: [] };
}

const blockRows = {
  services: mapValues(table.blockDefaults, (block, key) => row(service, { [key]: block })),
  modelHealth: row(service, { health: { ...table.blockDefaults.health, ...table.modelHealthDefaults } }),
  gate: row(service, { rollout: { gate: table.gateDefaults } }),
  canary: row(service, { rollout: table.canaryDefaults }),
  gatedCanary: row(service, { rollout: { gate: table.gateDefaults, ...table.canaryDefaults } }),
  backup: row(data, { backup: table.backupDefaults }),
  others: row(overlay, {
    secrets: { generate: table.generateDefaults },
    routes: {
      "/plain": table.routeDefaults,
      "/redirect": { ...table.routeDefaults, redirect: table.redirectDefaults },
    },
    edge: { cors: table.corsDefaults },
    monitoring: { alerts: { smtp: table.smtpDefaults } },
  }),
};

/** Defaults of the blocks that `app`, with its preset, has: `health: /` gets `every: 10s`. */
export function blockLayer(app: Overlay): Layer {
  const view = (of: View) => {
    const { secrets, routes, edge, monitoring } = blockRows.others[of] as Overlay;
    return {
      services: mapValues(app.services, (service) => serviceBlocks(service, of)),
      data: mapValues(app.data, ({ backup }) => (hasBackup(backup) ? blockRows.backup[of] : {})),
      secrets: mapValues(app.secrets, (secret) =>
        "generate" in secret && secret.generate !== undefined ? (secrets?.generate ?? {}) : {},
      ),
      routes: mapValues(app.routes, ({ redirect }) => routes?.[redirect ? "/redirect" : "/plain"] ?? {}),
      ...(app.edge?.cors && { edge }),
      ...(app.monitoring?.alerts?.smtp && { monitoring }),
    };
  };
  const parsed = view("parsed") as Overlay;
  return { source: "default", label: "default", written: view("written"), parsed, removed: [] };
}

const hasBackup = (backup: ParsedData["backup"]) => backup !== undefined && backup !== "none";

function serviceBlocks(service: ParsedService, of: View): object {
  const { kind, rollout } = service;
  const rows = Object.entries(blockRows.services).map(([key, block]) => {
    if (service[key as keyof ParsedService] === undefined) return EMPTY;
    return key === "health" && kind === "model" ? blockRows.modelHealth : block;
  });
  return Object.assign({}, ...[...rows, rolloutRow(rollout)].map((block) => block[of]));
}

function rolloutRow(rollout: ParsedService["rollout"]): Row {
  if (rollout?.strategy === "canary") return rollout.gate ? blockRows.gatedCanary : blockRows.canary;
  return rollout?.gate ? blockRows.gate : EMPTY;
}

function mapValues<V, W>(
  record: Readonly<Record<string, V>> | undefined,
  map: (value: V, key: string) => W,
): Record<string, W> {
  return Object.fromEntries(Object.entries(record ?? {}).map(([key, value]) => [key, map(value, key)]));
}

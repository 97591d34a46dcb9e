/** Every resolved value and its origin, for people at 80 columns and for programs. */
import { basename } from "node:path";
import type { createColors } from "picocolors";
import type { Origin } from "../config/layers.ts";
import type { Loaded } from "../config/load.ts";
import { parsePath } from "../config/places.ts";
import type { Problem } from "../config/problem.ts";
import { overlay } from "../config/schema/app.ts";
import { dataKeys } from "../config/schema/data.ts";
import { monitoring } from "../config/schema/monitoring-and-budget.ts";
import { edge } from "../config/schema/routes-and-edge.ts";
import { service } from "../config/schema/services.ts";

type Paint = ReturnType<typeof createColors>;

interface Row {
  readonly group: string;
  readonly key: string;
  readonly value: string;
  readonly origin: Origin;
}

const WIDTH = { key: 27, value: 18 } as const;
const PLAIN = "app";
/** Order of the groups and of the keys in them: the schema's own. */
const ORDER = ["name", ...Object.keys(overlay.shape)];
const KEYS: Readonly<Record<string, readonly string[]>> = {
  [PLAIN]: ORDER,
  services: Object.keys(service.shape),
  data: ["kind", ...Object.values(dataKeys).flatMap((keys) => Object.keys(keys))],
  edge: Object.keys(edge.shape),
  monitoring: Object.keys(monitoring.shape),
};

/** Groups of aligned lines: key, value, origin. A key or value that is too wide stands on a line of its own. */
export function asText({ app, origins }: Loaded, paint: Paint): string {
  const groups = new Map<string, Row[]>();
  for (const row of rowsOf(origins)) groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  const blocks = [...groups]
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([group, rows]) =>
      [paint.bold(group), ...sorted(rows).map((row) => formatRow(row, paint))].join("\n"),
    );
  const title = `${paint.bold(app.name)} in environment ${paint.bold(app.environment)}, from preset ${paint.bold(app.preset)}`;
  return `${[title, ...blocks].join("\n\n")}\n`;
}

function formatRow({ key, value, origin }: Row, paint: Paint): string {
  const { key: keyWidth, value: valueWidth } = WIDTH;
  const from = shortened(origin);
  const said = origin.source === "default" ? paint.dim(from) : from;
  const start =
    key.length > keyWidth
      ? `  ${paint.cyan(key)}\n  ${" ".repeat(keyWidth)}`
      : `  ${paint.cyan(key)}${" ".repeat(keyWidth - key.length)}`;
  const middle =
    value.length > valueWidth
      ? `${value}\n  ${" ".repeat(keyWidth + 2 + valueWidth)}`
      : value.padEnd(valueWidth);
  return `${start}  ${middle}  ${said}`;
}

/** The file's name without its folders: it is the same in every line. */
function shortened({ label, at }: Origin): string {
  return at ? label.replace(at.file, basename(at.file)) : label;
}

function rowsOf(origins: Loaded["origins"]): Row[] {
  return [...origins].map(([id, origin]) => {
    const path = parsePath(id);
    const [first = "", second = "", ...rest] = path;
    // `OPENAI_API_KEY: required` is how it is written.
    if (first === "secrets" && rest[0] === "required")
      return { group: "secrets", key: second, value: "required", origin };
    if (first === "services" || first === "data")
      return { group: `${first}.${second}`, key: rest.join("."), value: origin.written, origin };
    const below = path.slice(1).join(".");
    return { group: below === "" ? PLAIN : first, key: below || first, value: origin.written, origin };
  });
}

function sorted(rows: readonly Row[]): Row[] {
  const place = ({ group, key }: Row) => {
    const index = (KEYS[group.split(".")[0] ?? ""] ?? []).indexOf(key.split(".")[0] ?? "");
    return index < 0 ? Number.MAX_SAFE_INTEGER : index;
  };
  return rows.toSorted((a, b) => place(a) - place(b) || a.key.localeCompare(b.key));
}

function rank(group: string): number {
  const index = ORDER.indexOf(group.split(".")[0] ?? "");
  return group === PLAIN ? -1 : index < 0 ? ORDER.length : index;
}

export function asJson({ app, origins, resolved }: Loaded, warnings: readonly Problem[]): string {
  const { name, environment, preset } = app;
  const from = Object.fromEntries(
    [...origins].map(([path, { source, label, written }]) => [path, { written, source, from: label }]),
  );
  return `${JSON.stringify({ name, environment, preset, resolved, origins: from, warnings }, null, 2)}\n`;
}

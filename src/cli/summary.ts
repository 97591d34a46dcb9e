/** What a stack's outputs say to a person: addresses, logins, notes, and what to try next. */
import { formatTable } from "./table.ts";

export type Outputs = Readonly<Record<string, unknown>>;

/** A stack's outputs, which the platform's own program exports as one record. */
export function unwrapOutputs(all: Outputs): Outputs {
  const { outputs } = all;
  return typeof outputs === "object" && outputs !== null && !Array.isArray(outputs)
    ? (outputs as Outputs)
    : all;
}

/** `url` and `notes` come from every target; a record is a table of its own, named by its key. */
export function formatOutputs({ url, notes, ...rest }: Outputs): string {
  const sections = Object.entries(rest).flatMap(([key, value]) => section(key, value));
  const plain = Array.isArray(notes) ? notes.map((note) => `  ${note}`) : [];
  return [
    ...(typeof url === "string" ? [`The app is up: ${url}`] : ["The app is up."]),
    ...sections,
    ...(plain.length > 0 ? ["", "Good to know", ...plain] : []),
    "",
    "What to try next",
    formatTable([
      ["npm start", "again: no changes, in seconds"],
      ["npx atelier pulumi -- preview --refresh", "what differs from what was deployed"],
      ["npx atelier secrets list", "which secrets the app has"],
      ["npm run down", "remove it all, keep the data (-- --data removes that too)"],
    ]),
  ].join("\n");
}

function section(key: string, value: unknown): string[] {
  if (typeof value === "string") return ["", title(key), `  ${value}`];
  if (Array.isArray(value) && value.length > 0) return ["", title(key), ...value.map((line) => `  ${line}`)];
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) return [];
  return ["", title(key), formatTable(Object.entries(value).map(([name, one]) => [name, cell(one)]))];
}

/** A number is a port on this machine. */
function cell(value: unknown): string {
  return typeof value === "number" ? `http://127.0.0.1:${value}` : String(value);
}

/** `publishedPorts` → `Published ports` */
function title(key: string): string {
  const words = key.replaceAll(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

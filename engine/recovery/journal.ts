/** Operations that failed without saying whether they were done: a lost answer, a time limit, an error of the cloud.
 * Pulumi forgets them with the failure; they stand here until the next operation has looked.
 */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isMap, isSecret, type Properties, type Value } from "../../rehearsal/values.ts";
import type { StateResource } from "./state.ts";

export interface Unsure {
  readonly verb: "create" | "update" | "delete";
  /** As the engine told it. Secrets are masked. */
  readonly resource: StateResource;
  /** When the operation had begun, as an ISO date. */
  readonly since: string;
}

type Place = { readonly own: string };

const fileOf = ({ own }: Place, stack: string) => join(own, "unsure", `${stack.replaceAll("/", "_")}.json`);

/** A refusal says that nothing was done; these do not. */
const UNSURE =
  /\b5\d\d\b|internal error|unavailable|time(d)? ?out|deadline|connection (reset|refused|closed)|\bEOF\b|broken pipe|waiting (for|to)|cancell?ed/i;
const REFUSED = /already exists|\b409\b|already in use/i;

export const isUnsure = (message: string): boolean => UNSURE.test(message) && !REFUSED.test(message);

export async function readUnsure(place: Place, stack: string): Promise<readonly Unsure[]> {
  const text = await readFile(fileOf(place, stack), "utf8").catch(() => undefined);
  return text === undefined ? [] : (JSON.parse(text) as Unsure[]);
}

/** Adds to what stands there; the latest word about a resource counts. */
export async function noteUnsure(place: Place, stack: string, news: readonly Unsure[]): Promise<void> {
  if (news.length === 0) return;
  const keyOf = ({ resource, verb }: Unsure) => `${verb} ${resource.urn}`;
  const masked = news.map((one) => ({ ...one, resource: withoutMarks(one.resource) }));
  const all = new Map([...(await readUnsure(place, stack)), ...masked].map((one) => [keyOf(one), one]));
  const file = fileOf(place, stack);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.part`, JSON.stringify([...all.values()]), { mode: 0o600 });
  await rename(`${file}.part`, file);
}

/** Events mark what is secret and say "[secret]" in its place, which no state takes for an encrypted value: the mark
 * goes. The next `up` writes the real one.
 */
function withoutMarks(resource: StateResource): StateResource {
  const { inputs = {} } = resource;
  return { ...resource, inputs: visit(inputs) as Properties };
}

function visit(value: Value): Value {
  if (Array.isArray(value)) return value.map(visit);
  if (!isMap(value)) return value;
  if (isSecret(value)) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, visit(child)]));
}

export async function forgetUnsure(place: Place, stack: string): Promise<void> {
  await rm(fileOf(place, stack), { force: true });
}

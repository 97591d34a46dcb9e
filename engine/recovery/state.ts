/** A stack's state as Pulumi exports it: read, changed, and put back. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Stop } from "../../bootstrap/stop.mjs";
import type { Properties } from "../../rehearsal/values.ts";
import { lastWords } from "../command.ts";
import type { OpenEngine } from "../open.ts";
import { pulumi } from "../stack.ts";
import { placeOf, stateFolder } from "./files.ts";
import { withoutStaleLock } from "./lock.ts";

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  /** False for components. */
  readonly custom?: boolean;
  readonly id?: string;
  readonly inputs?: Properties;
  readonly outputs?: Properties;
  readonly parent?: string;
  /** Urns. */
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  /** Urn and id, joined by `::`. */
  readonly provider?: string;
  /** Replaced, and to be deleted with the next operation. */
  readonly delete?: boolean;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
}

export interface PendingOperation {
  readonly resource: StateResource;
  readonly type: "creating" | "updating" | "deleting" | "reading" | "importing";
}

export interface State {
  readonly version: number;
  readonly deployment: {
    /** When Pulumi wrote it. */
    readonly manifest: { readonly time: string };
    readonly resources?: readonly StateResource[];
    readonly pending_operations?: readonly PendingOperation[];
  };
}

export const resourcesOf = ({ deployment }: State): readonly StateResource[] => deployment.resources ?? [];
export const pendingOf = ({ deployment }: State): readonly PendingOperation[] =>
  deployment.pending_operations ?? [];

/** The state with these resources and pending operations in place of its own. */
export const changed = (
  state: State,
  resources: readonly StateResource[],
  pending: readonly PendingOperation[],
): State => ({
  ...state,
  deployment: { ...state.deployment, resources, pending_operations: pending },
});

/** Secrets stay encrypted. @throws Stop with Pulumi's own words */
export async function exportState(opened: OpenEngine, stack: string): Promise<State> {
  const { code, stdout, stderr } = await pulumi(opened, ["stack", "export", "--stack", stack]);
  if (code !== 0) throw new Stop(`the state of ${stack} can't be read: ${lastWords(stderr)}`);
  return JSON.parse(stdout) as State;
}

/** @throws Stop with Pulumi's own words */
export async function importState(opened: OpenEngine, stack: string, state: State): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "atelier-state-"));
  const file = join(folder, "state.json");
  try {
    await writeFile(file, JSON.stringify(state), { mode: 0o600 });
    const args = ["stack", "import", "--stack", stack, "--file", file];
    const { code, stderr } = await withoutStaleLock(opened, stack, () => pulumi(opened, args));
    if (code !== 0) throw new Stop(`the state of ${stack} can't be changed: ${lastWords(stderr)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether an operation was cut off. Where the state is files of this machine, they are looked at, which costs nothing;
 * elsewhere Pulumi is asked. Undefined when there is no such stack.
 */
export async function hasPending(opened: OpenEngine, stack: string): Promise<boolean | undefined> {
  const text = await localState(opened, stack);
  if (text !== undefined) return /"pending_operations":\s*\[\s*\{/.test(text);
  const { code, stdout } = await pulumi(opened, ["stack", "export", "--stack", stack]);
  return code === 0 ? pendingOf(JSON.parse(stdout) as State).length > 0 : undefined;
}

/** A stack's file in a state folder, as Pulumi lays it out. */
async function localState(opened: OpenEngine, stack: string): Promise<string | undefined> {
  const folder = stateFolder(opened);
  if (folder === undefined) return undefined;
  const place = await placeOf(opened, stack);
  const file = join(folder, "stacks", place.project, `${place.stack}.json`);
  return readFile(file, "utf8").catch(() => undefined);
}

/** Runs `up` and `destroy` and follows the engine's events, so that progress and failures can be told in a few words. */
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { lastWords } from "./command.ts";
import type { OpenEngine } from "./open.ts";
import { isUnsure, noteUnsure, type Unsure } from "./recovery/journal.ts";
import { withoutStaleLock } from "./recovery/lock.ts";
import type { Find } from "./recovery/model.ts";
import { recover } from "./recovery/recover.ts";
import type { StateResource } from "./recovery/state.ts";
import { chosenStack, configFileArguments, pulumi } from "./stack.ts";

export interface Outcome {
  readonly succeeded: boolean;
  /** Kind of change → how many resources. */
  readonly changes: Readonly<Partial<Record<Change, number>>>;
  readonly failures: readonly Failure[];
  /** What an earlier operation had left in doubt and what came of it, a line for each. */
  readonly recovered: readonly string[];
  /** The full record of what happened. */
  readonly log: string;
}

export interface OperationOptions {
  /** How what an interrupted operation may have made is looked for; in the clouds themselves by default. */
  readonly find?: Find;
  /** Called with the engine's process id. */
  readonly onStart?: (pid: number) => void;
}

export type Change = "create" | "update" | "replace" | "delete" | "same";

export interface Failure {
  /** Name of the resource, or of the stack when the program itself failed. */
  readonly resource: string;
  readonly message: string;
}

/** An event of the engine, as `pulumi up --json` writes it. */
interface EngineEvent {
  readonly diagnosticEvent?: { urn?: string; message: string; severity: string };
  readonly resourcePreEvent?: { metadata: StepMetadata };
  readonly resOutputsEvent?: { metadata: StepMetadata };
  readonly resOpFailedEvent?: { metadata: StepMetadata };
  readonly summaryEvent?: { resourceChanges: Record<string, number>; result?: string };
}

interface StepMetadata {
  readonly op: string;
  readonly urn: string;
  readonly new?: StateResource | null;
  readonly old?: StateResource | null;
}

/** Operations that run side by side. Pulumi's own four per processor are too few here: most of the time goes into
 * waiting, for a network two seconds each, for health checks longer (`bench/local-up`).
 */
export const PARALLEL = ["--parallel", "32"] as const;

/** Runs `up` or `destroy`. What an interrupted operation left is put in order first, so that nobody is asked.
 * @param tell hears what is being done: `12 done, creating api`
 * @throws Stop when what was left can't be looked at
 */
export async function runOperation(
  opened: OpenEngine,
  args: readonly string[],
  tell: (detail: string) => void = () => undefined,
  { find, onStart }: OperationOptions = {},
): Promise<Outcome> {
  const log = join(opened.own, "logs", `${args[0]}.log`);
  await mkdir(dirname(log), { recursive: true });
  await writeFile(log, "");
  const stack = (await chosenStack(opened, args)) ?? "";
  const recovered = [...(await recover(opened, stack, { ...(find && { find }) }))];
  const began = new Date().toISOString();
  let follower = new Follower(tell);
  const file = await configFileArguments(opened, args);
  const options = ["--json", "--yes", "--skip-preview", ...PARALLEL, ...file];
  const run = () => {
    follower = new Follower(tell);
    return pulumi(opened, [...args, ...options], {
      onLine: (line) => follower.read(line),
      streamed: true,
      graceful: true,
      ...(onStart && { onStart }),
    });
  };
  const { code, stderr } = await withoutStaleLock(opened, stack, run, (what) => recovered.push(what));
  await noteUnsure(opened, stack, follower.unsure(began));
  await appendFile(log, `${[...recovered, ...follower.lines, stderr].join("\n")}\n`);
  return {
    succeeded: code === 0,
    changes: follower.changes,
    failures: failuresOf(follower, code, stderr),
    recovered,
    log,
  };
}

function failuresOf(follower: Follower, code: number, stderr: string): readonly Failure[] {
  const failures = follower.failures();
  if (code === 0 || failures.length > 0) return failures;
  const message = lastWords(stderr).replace(/^error: /, "") || `exit code ${code}`;
  return [{ resource: "pulumi", message }];
}

/** Takes in events one by one. */
export class Follower {
  changes: Partial<Record<Change, number>> = {};
  /** One line per event that is worth keeping. Debug events are not: providers print whole requests there. */
  readonly lines: string[] = [];
  readonly #tell: (detail: string) => void;
  readonly #errors = new Map<string, string[]>();
  readonly #running = new Map<string, string>();
  readonly #failed: StepMetadata[] = [];
  #done = 0;

  constructor(tell: (detail: string) => void) {
    this.#tell = tell;
  }

  read(line: string): void {
    if (!line.startsWith("{")) return;
    const event = JSON.parse(line) as EngineEvent;
    if (event.diagnosticEvent) this.#diagnose(event.diagnosticEvent);
    if (event.resourcePreEvent) this.#begin(event.resourcePreEvent.metadata);
    const ended = event.resOutputsEvent ?? event.resOpFailedEvent;
    if (ended) this.#end(ended.metadata, event.resOpFailedEvent !== undefined);
    if (event.summaryEvent) this.changes = event.summaryEvent.resourceChanges;
  }

  /** What failed without saying whether it was done. */
  unsure(since: string): Unsure[] {
    return this.#failed.flatMap(({ op, urn, new: next, old }) => {
      const verb = UNSURE_VERBS[op];
      const resource = next ?? old;
      if (!verb || !resource || !(this.#errors.get(urn) ?? []).some(isUnsure)) return [];
      return [{ verb, resource: { ...resource, urn }, since }];
    });
  }

  failures(): Failure[] {
    const all = [...this.#errors].map(([urn, messages]) => ({
      resource: nameOf(urn),
      message: withoutRepeats(messages.map(tidy)).join("\n"),
    }));
    const named = all.filter(({ resource }) => resource !== "");
    return named.length > 0 ? named : all;
  }

  #diagnose({ urn = "", message, severity }: NonNullable<EngineEvent["diagnosticEvent"]>): void {
    if (severity === "debug") return;
    this.lines.push(`${severity} ${nameOf(urn)}: ${message.trimEnd()}`);
    if (severity.startsWith("info")) this.#listen(message);
    if (severity !== "error") return;
    const known = this.#errors.get(urn) ?? [];
    if (!known.includes(message)) this.#errors.set(urn, [...known, message]);
  }

  /** Before the first resource, programs tell what they prepare. */
  #listen(message: string): void {
    const line =
      message
        .trim()
        .split("\n")
        .at(-1)
        ?.replace(/^[…✓✗] /, "") ?? "";
    if (line && this.#done === 0 && this.#running.size === 0) this.#tell(line.slice(0, 70));
  }

  #begin({ op, urn }: StepMetadata): void {
    if (op === "same" || isStack(urn)) return;
    this.#running.set(urn, `${verbs[op] ?? op} ${nameOf(urn)}`);
    this.#report();
  }

  #end(step: StepMetadata, failed: boolean): void {
    const { op, urn } = step;
    if (failed) this.#failed.push(step);
    if (isStack(urn)) return;
    this.#running.delete(urn);
    if (op === "same") return;
    if (!failed) this.#done++;
    this.lines.push(`${failed ? "failed" : "done"} ${op} ${urn}`);
    this.#report();
  }

  #report(): void {
    const [current] = [...this.#running.values()].slice(-1);
    this.#tell([`${this.#done} done`, current].filter(Boolean).join(", "));
  }
}

const verbs: Readonly<Record<string, string>> = {
  create: "creating",
  "create-replacement": "creating",
  update: "updating",
  delete: "deleting",
  "delete-replaced": "deleting",
  replace: "replacing",
  refresh: "looking at",
  read: "reading",
};

const UNSURE_VERBS: Readonly<Record<string, Unsure["verb"]>> = {
  create: "create",
  "create-replacement": "create",
  update: "update",
  delete: "delete",
  "delete-replaced": "delete",
};

function isStack(urn: string): boolean {
  return urn.includes("::pulumi:pulumi:Stack::");
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

/** The engine says what a provider said once more, with a beginning of its own. */
function withoutRepeats(messages: readonly string[]): string[] {
  return messages.filter(
    (message, at) =>
      !messages.some((other, where) => where !== at && message !== other && message.endsWith(other)),
  );
}

/** An error's own words, without what the engine and the bridge put around them. */
export function tidy(message: string): string {
  return message
    .replace(/^Running program '.*' failed with an unhandled exception:\s*/m, "")
    .replace(/^\s+at .*$/gm, "")
    .replace(/<anonymous>:?\s*/g, "")
    .replace(/^(Uncaught |Unhandled )?ConfigError: /gm, "")
    .replace(/\d+ errors? occurred:\s*\* /g, "")
    .replace(/^error: /gm, "")
    .replace(/^sdk-v2\/\S+ sdk\.helper_schema: /gm, "")
    .replace(/: provider=\S+$/gm, "")
    .replace(/\n{2,}/g, "\n")
    .trim();
}

/** `3 created, 1 updated`, or `no changes`. */
export function describeChanges(changes: Outcome["changes"]): string {
  const words = { create: "created", update: "updated", replace: "replaced", delete: "deleted" } as const;
  const parts = Object.entries(words).flatMap(([kind, word]) => {
    const count = changes[kind as keyof typeof words];
    return count ? [`${count} ${word}`] : [];
  });
  return parts.join(", ") || "no changes";
}

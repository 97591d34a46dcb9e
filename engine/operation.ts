/** Runs `up` and `destroy` and follows the engine's events, so that progress and failures can be told in a few words. */
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { lastWords } from "./command.ts";
import type { OpenEngine } from "./open.ts";
import { configFileArguments, pulumi } from "./stack.ts";

export interface Outcome {
  readonly succeeded: boolean;
  /** Kind of change → how many resources. */
  readonly changes: Readonly<Partial<Record<Change, number>>>;
  readonly failures: readonly Failure[];
  /** The full record of what happened. */
  readonly log: string;
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
}

/** Operations that run side by side. Pulumi's own four per processor are too few here: most of the time goes into
 * waiting, for a network two seconds each, for health checks longer (`bench/local-up`).
 */
export const PARALLEL = ["--parallel", "32"] as const;

/** `tell` hears what is being done: `12 done, creating api`. */
export async function runOperation(
  opened: OpenEngine,
  args: readonly string[],
  tell: (detail: string) => void = () => undefined,
): Promise<Outcome> {
  const log = join(opened.own, "logs", `${args[0]}.log`);
  await mkdir(dirname(log), { recursive: true });
  await writeFile(log, "");
  const follower = new Follower(tell);
  const file = await configFileArguments(opened, args);
  const options = ["--json", "--yes", "--skip-preview", ...PARALLEL, ...file];
  const { code, stderr } = await pulumi(opened, [...args, ...options], {
    onLine: (line) => follower.read(line),
    streamed: true,
    graceful: true,
  });
  await appendFile(log, `${[...follower.lines, stderr].join("\n")}\n`);
  const failures = follower.failures();
  if (code !== 0 && failures.length === 0) {
    failures.push({
      resource: "pulumi",
      message: lastWords(stderr).replace(/^error: /, "") || `exit code ${code}`,
    });
  }
  return { succeeded: code === 0, changes: follower.changes, failures, log };
}

/** Takes in events one by one. */
export class Follower {
  changes: Partial<Record<Change, number>> = {};
  /** One line per event that is worth keeping. Debug events are not: providers print whole requests there. */
  readonly lines: string[] = [];
  readonly #tell: (detail: string) => void;
  readonly #errors = new Map<string, string[]>();
  readonly #running = new Map<string, string>();
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

  #end({ op, urn }: StepMetadata, failed: boolean): void {
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

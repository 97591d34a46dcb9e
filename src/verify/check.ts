/** Asks one provider about everything that it is responsible for. */
import type { Environment } from "../../engine/command.ts";
import type { Properties, Value } from "../../rehearsal/values.ts";
import type { PlannedResource } from "../plan/model.ts";
import { CallError, Client } from "./client.ts";
import { dummyOf, ENVIRONMENT, settingsFor } from "./dummies.ts";
import type { Engine } from "./engine.ts";
import type { Struct } from "./grpc.ts";
import type { Finding } from "./model.ts";
import type { Plugin } from "./plugin.ts";
import { type Running, startPlugin } from "./process.ts";
import type { PlannedProvider } from "./providers.ts";
import { readAnswer, readError } from "./reasons.ts";
import { compareKeys, type Schema } from "./schema.ts";

export interface Session {
  readonly engine: Engine;
  /** PATH for plugins; nothing else of it reaches them. */
  readonly env: Environment;
  /** A folder of its own per provider, empty. */
  readonly folder: string;
  /** Milliseconds that a start, and each answer, may take. */
  readonly timeout: number;
}

export interface Asked {
  readonly provider: PlannedProvider;
  readonly version?: string;
  readonly findings: readonly Finding[];
  /** Resources that it answered for. */
  readonly checked: number;
  /** Why it could not be asked about the others, in words. */
  readonly failure?: string;
  readonly startSeconds: number;
  readonly checkSeconds: number;
}

/** Calls that one plugin has to answer at a time. */
const PARALLEL = 16;

/** Starts the plugin, configures it without an account, has it check every resource, and ends it. Never throws. */
export async function askProvider(
  provider: PlannedProvider,
  plugin: Plugin,
  session: Session,
): Promise<Asked> {
  const started = performance.now();
  const answers = new Answers();
  let running: Running | undefined;
  let client: Client | undefined;
  let configured: number | undefined;
  try {
    running = await startPlugin(plugin, processOf(provider, session));
    client = new Client(running.port, session.timeout);
    await client.greet(session.engine.address, "port" in plugin);
    answers.version = await client.version();
    const ready = await configure(client, provider, session.folder, answers);
    configured = performance.now();
    if (ready) await checkAll(client, provider, answers);
  } catch (error) {
    answers.failure = await describe(error, running);
  } finally {
    client?.close();
    await running?.end();
  }
  const ended = performance.now();
  const ready = configured ?? ended;
  const seconds = { startSeconds: (ready - started) / 1000, checkSeconds: (ended - ready) / 1000 };
  return { provider, ...answers.read(), ...seconds };
}

/** What has been said so far; it stays when the plugin goes away in the middle. */
class Answers {
  readonly #findings: Finding[] = [];
  checked = 0;
  version: string | undefined;
  failure: string | undefined;

  add(urn: string, found: readonly Pick<Finding, "input" | "reason">[]): void {
    this.#findings.push(...found.map((one): Finding => ({ urn, severity: "error", ...one })));
  }

  read(): Pick<Asked, "findings" | "checked" | "version" | "failure"> {
    const { checked, version, failure } = this;
    return {
      findings: this.#findings,
      checked,
      ...(version !== undefined && { version }),
      ...(failure !== undefined && { failure }),
    };
  }
}

function processOf({ package: name }: PlannedProvider, { env, folder, engine, timeout }: Session) {
  const own = { HOME: folder, TMPDIR: folder, ...(env.PATH !== undefined && { PATH: env.PATH }) };
  const all = { ...ENVIRONMENT, ...own, ...dummyOf(name).environment };
  return { env: all, folder, engine: engine.address, timeout };
}

/** @returns whether it can be asked about resources now */
async function configure(
  client: Client,
  { package: name, urn, settings, name: own }: PlannedProvider,
  folder: string,
  answers: Answers,
): Promise<boolean> {
  const dummy = settingsFor(dummyOf(name), settings, folder);
  try {
    const { failures, inputs } = await client.checkSettings(urn, dummy);
    answers.add(
      urn,
      failures.map((failure) => readAnswer(failure, own, settings)),
    );
    if (failures.length > 0) answers.failure = refused(failures.map(({ reason }) => reason));
    else await client.configure(inputs, variablesOf(name, inputs));
    return failures.length === 0;
  } catch (error) {
    if (!(error instanceof CallError) || error.lost) throw error;
    answers.add(urn, readError(error.message, own, settings));
    answers.failure = refused([error.message]);
    return false;
  }
}

const refused = (reasons: readonly string[]): string =>
  `its configuration is refused (${reasons.map((reason) => reason.trim()).join("; ")})`;

/** `gcp:config:project` → text; older plugins read nothing else. */
function variablesOf(name: string, settings: Struct): Record<string, string> {
  const entries = Object.entries(settings.toJavaScript() as Record<string, Value>);
  return Object.fromEntries(
    entries.map(([key, value]) => [
      `${name}:config:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

async function checkAll(client: Client, provider: PlannedProvider, answers: Answers): Promise<void> {
  const { inputs, keys } = dummyOf(provider.package);
  const text = keys === "schema" ? await client.schema() : undefined;
  const schema = text === undefined ? undefined : (JSON.parse(text) as Schema);
  // Shared, so that each takes the next one that nobody took.
  const left = provider.resources.values();
  const work = async () => {
    for (const resource of left) {
      const given = { ...resource.inputs, ...inputs[resource.type] };
      answers.add(resource.urn, await checkOne(client, resource, given));
      if (schema) answers.add(resource.urn, compareKeys(schema, resource.type, given));
      answers.checked++;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
}

/** What is refused by itself; when nothing is, what stands against creating it.
 * @throws CallError when the plugin is lost
 */
async function checkOne(client: Client, resource: PlannedResource, inputs: Properties) {
  const { name } = resource;
  try {
    const checked = await client.check(resource, inputs);
    if (checked.failures.length > 0) {
      return checked.failures.map((failure) => readAnswer(failure, name, inputs));
    }
    await client.preview(resource, checked.inputs);
    return [];
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    if (error.lost) throw new CallError(`${error.message}, asked about ${resource.type} ${name}`, true);
    return readError(error.message, name, inputs);
  }
}

/** A connection breaks because the process ended; what it said at its end is the better reason. */
async function describe(error: unknown, running: Running | undefined): Promise<string> {
  const message = error instanceof Error ? error.message : String(error);
  if (!running || !(error instanceof CallError)) return message;
  const soon = new Promise<undefined>((resolve) => setTimeout(resolve, 200, undefined));
  const ended = await Promise.race([running.ended, soon]);
  return ended === undefined ? message : `${ended} (${message})`;
}

/** Runs components in this process, without an engine: records every registration as the engine would get it.
 *
 * Each run has a store of its own, so tests may run side by side. Nothing is missed: a run ends when every
 * pending registration has, also those made inside `apply`.
 */
import { createRequire } from "node:module";
import type * as pulumi from "@pulumi/pulumi";

// The SDK is CommonJS; a second instance by way of `import` would have a store of its own.
const load = createRequire(import.meta.url);
const { runtime } = load("@pulumi/pulumi") as typeof pulumi;
const { withLocalStorage } = load("@pulumi/pulumi/runtime/state") as {
  withLocalStorage<T>(run: () => T): T;
};
const { getMonitor, waitForRPCs } = load("@pulumi/pulumi/runtime/settings") as {
  getMonitor(): { registerResource: (request: Request, ...rest: unknown[]) => unknown };
  waitForRPCs(): Promise<void>;
};

const STACK_TRACE_LIMIT = Error.stackTraceLimit;
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Registered {
  readonly type: string;
  readonly name: string;
  /** What the engine gets; a secret stands as `hidden(value)`. */
  readonly inputs: Readonly<Record<string, Json>>;
  readonly parent: string;
  /** Names of what it waits for. */
  readonly dependencies: readonly string[];
  /** The same with their types: `gcp:compute/network:Network shop-dev`. */
  readonly after: readonly string[];
  /** Those of them whose outputs stand in its inputs. */
  readonly needs: readonly string[];
  readonly options: {
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
    readonly deleteBeforeReplace: boolean;
    readonly ignoreChanges: readonly string[];
    readonly additionalSecretOutputs: readonly string[];
  };
}

export interface Program<T> {
  readonly result: T;
  readonly resources: readonly Registered[];
  /** The one resource of that name; of that type where several share the name. */
  get(name: string | RegExp, type?: string): Registered;
  named(name: string | RegExp): readonly Registered[];
}

export interface ProgramOptions {
  /** Outputs that a resource has beside its inputs. */
  readonly outputs?: (type: string, name: string, inputs: Record<string, Json>) => Record<string, unknown>;
  readonly preview?: boolean;
  /** Keep stack traces as deep as Node has them, which costs several times what the program takes. */
  readonly stackTraces?: boolean;
}

/** How a secret looks on its way to the engine. */
export function hidden(value: Json): Json {
  return { [SIGNATURE]: SECRET, value };
}

/** Runs `make` and waits for everything that it registers. Rejects when it throws. */
export function runProgram<T>(
  make: () => T | Promise<T>,
  { outputs, preview = false, stackTraces = false }: ProgramOptions = {},
) {
  return withLocalStorage(async (): Promise<Program<T>> => {
    // As in Pulumi.yaml: every promise of the SDK would pay for a stack trace.
    if (!stackTraces) Error.stackTraceLimit = 0;
    await runtime.setMocks(
      {
        newResource: ({ type, name, inputs }) => {
          const state = { ...inputs, ...KNOWN[type]?.(name), ...outputs?.(type, name, inputs) };
          return { id: typeof state.id === "string" ? state.id : `${name}-id`, state };
        },
        call: () => ({}),
      },
      "atelier",
      "test",
      preview,
    );
    const resources: Registered[] = [];
    const monitor = getMonitor();
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, ...rest) => {
      resources.push(describe(request));
      return register(request, ...rest);
    };
    try {
      const result = await make();
      await waitForRPCs();
      return { result, resources, ...lookup(resources) };
    } finally {
      Error.stackTraceLimit = STACK_TRACE_LIMIT;
    }
  });
}

/** What Docker would answer. */
const KNOWN: Readonly<Record<string, (name: string) => Record<string, unknown>>> = {
  "docker:index/container:Container": () => ({ exitCode: 0, containerLogs: "" }),
  "docker:index/remoteImage:RemoteImage": (name) => ({ imageId: `sha256:${name}` }),
};

/** The part of the SDK's request that tests look at. */
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getObject(): { toJavaScript(): Record<string, Json> };
  getDependenciesList(): string[];
  getPropertydependenciesMap(): { forEach(visit: (urns: { getUrnsList(): string[] }) => void): void };
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDeletebeforereplace(): boolean;
  getIgnorechangesList(): string[];
  getAdditionalsecretoutputsList(): string[];
}

function describe(request: Request): Registered {
  return {
    type: request.getType(),
    name: request.getName(),
    inputs: request.getObject().toJavaScript(),
    parent: nameIn(request.getParent()),
    dependencies: request.getDependenciesList().map(nameIn).sort(),
    after: request.getDependenciesList().map(typedNameIn).sort(),
    needs: neededBy(request),
    options: {
      protect: request.getProtect() ?? false,
      retainOnDelete: request.getRetainondelete() ?? false,
      deleteBeforeReplace: request.getDeletebeforereplace(),
      ignoreChanges: request.getIgnorechangesList(),
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    },
  };
}

const nameIn = (urn: string) => urn.split("::").at(-1) ?? "";

function neededBy(request: Request): string[] {
  const needed = new Set<string>();
  request.getPropertydependenciesMap().forEach((urns) => {
    for (const urn of urns.getUrnsList()) needed.add(typedNameIn(urn));
  });
  return [...needed].sort();
}

function typedNameIn(urn: string): string {
  const [types = "", name = ""] = urn.split("::").slice(-2);
  return `${types.split("$").at(-1)} ${name}`;
}

function lookup(resources: readonly Registered[]) {
  const named = (name: string | RegExp) =>
    resources.filter((resource) =>
      typeof name === "string" ? resource.name === name : name.test(resource.name),
    );
  const get = (name: string | RegExp, type?: string): Registered => {
    const found = named(name).filter((resource) => !type || resource.type === type);
    const [one] = found;
    if (one && found.length === 1) return one;
    const all = resources.map((resource) => `${resource.type} ${resource.name}`).join("\n");
    throw new Error(`${found.length} resources are called ${name}; there are:\n${all}`);
  };
  return { named, get };
}

/** What an output fails with. To be called as soon as it is made: its four promises fail one by one, and one that
 * nobody listens to ends the process.
 */
export async function rejectionOf(value: unknown): Promise<Error | undefined> {
  if (!pulumiOutput(value)) return undefined;
  const parts = [value.promise(), value.isKnown, value.isSecret, value.allResources()];
  const [result] = await Promise.allSettled(parts);
  return result?.status === "rejected" ? (result.reason as Error) : undefined;
}

interface Inside {
  promise(): Promise<unknown>;
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
  allResources(): Promise<unknown>;
}

function pulumiOutput(value: unknown): value is Inside {
  return typeof value === "object" && value !== null && "allResources" in value && "isKnown" in value;
}

/** Paths of texts that contain one of `values` without being marked as secret. */
export function leaks(resources: readonly Registered[], values: readonly string[]): string[] {
  const visit = (value: Json, path: string): string[] => {
    if (typeof value === "string") return values.some((secret) => value.includes(secret)) ? [path] : [];
    if (value === null || typeof value !== "object") return [];
    if (!Array.isArray(value) && value[SIGNATURE] === SECRET) return [];
    return Object.entries(value).flatMap(([key, child]) => visit(child, `${path}.${key}`));
  };
  return resources.flatMap(({ name, inputs }) => visit(inputs, name));
}

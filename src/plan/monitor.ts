/** Stands where the engine stands: takes every registration, writes it down, and answers as simulated providers would. */
import { isMap, type Properties, type Value } from "../../rehearsal/values.ts";
import type { PlannedResource, Subject } from "./model.ts";
import { FEATURES } from "./sdk.ts";

/** What a resource is answered with. */
export interface Answer {
  /** Empty while it is unknown. */
  readonly id: string;
  readonly outputs: Properties;
}

export type Simulate = (resource: PlannedResource) => Answer;

/** The part of the SDK's request that a plan keeps. */
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getProvider(): string;
  getVersion(): string;
  getObject(): { toJavaScript(): Properties };
  getDependenciesList(): string[];
  getPropertydependenciesMap(): {
    forEach(visit: (urns: { getUrnsList(): string[] }, key: string) => void): void;
  };
  getProtect(): boolean | undefined;
  getRetainondelete(): boolean | undefined;
  getDeletebeforereplace(): boolean | undefined;
  getIgnorechangesList(): string[];
  getAdditionalsecretoutputsList(): string[];
}

interface OutputsRequest {
  getUrn(): string;
  getOutputs(): { toJavaScript(): Properties };
}

type Done = (error: Error | null, response?: object) => void;

const STACK = "pulumi:pulumi:Stack";

export class Monitor {
  readonly resources: PlannedResource[] = [];
  outputs: Properties = {};
  readonly #subject: Pick<Subject, "project" | "stack">;
  readonly #simulate: Simulate;

  constructor(subject: Pick<Subject, "project" | "stack">, simulate: Simulate) {
    this.#subject = subject;
    this.#simulate = simulate;
  }

  registerResource(request: Request, done: Done): void {
    try {
      const resource = this.#describe(request);
      done(null, response(resource.urn, this.#answer(resource)));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }

  registerResourceOutputs(request: OutputsRequest, done: Done): void {
    if (request.getUrn() === this.#urnOf("", STACK, "")) this.outputs = request.getOutputs().toJavaScript();
    done(null, {});
  }

  /** Components ask for nothing (`get…`), so that a preview needs no credentials. */
  invoke(request: { getTok(): string }, done: Done): void {
    done(
      new Error(
        `${request.getTok()} asks the cloud; a plan has none to ask. Take the value from the config.`,
      ),
    );
  }

  readResource(request: { getType(): string; getName(): string }, done: Done): void {
    done(
      new Error(`${request.getType()} ${request.getName()} is read from the cloud; a plan has none to ask.`),
    );
  }

  getDeploymentInfo(_request: object, done: Done): void {
    done(null, { getSupportedfeaturesList: () => FEATURES });
  }

  #answer(resource: PlannedResource): Answer {
    if (resource.type === STACK) return { id: "", outputs: {} };
    this.resources.push(resource);
    return this.#simulate(resource);
  }

  #describe(request: Request): PlannedResource {
    const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
    return {
      urn: this.#urnOf(parent, type, name),
      type,
      name,
      parent,
      custom: request.getCustom(),
      inputs: inputsOf(request),
      dependencies: [...request.getDependenciesList()].sort(),
      propertyDependencies: dependenciesByInput(request),
      protect: request.getProtect() ?? false,
      retainOnDelete: request.getRetainondelete() ?? false,
      deleteBeforeReplace: request.getDeletebeforereplace() ?? false,
      ignoreChanges: request.getIgnorechangesList(),
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      provider: request.getProvider(),
    };
  }

  /** As the engine makes them: the types of all parents stand before the resource's own, but for the stack's. */
  #urnOf(parent: string, type: string, name: string): string {
    const { project, stack } = this.#subject;
    const above = parent.split("::")[2] ?? STACK;
    const types = above === STACK ? type : `${above}$${type}`;
    return `urn:pulumi:${stack}::${project}::${types}::${type === STACK ? `${project}-${stack}` : name}`;
  }
}

/** A provider's version is one of its inputs to the engine, and files carry a mark for the SDK alone. */
function inputsOf(request: Request): Properties {
  const inputs = unmarked(request.getObject().toJavaScript()) as Properties;
  const version = request.getType().startsWith("pulumi:providers:") && request.getVersion();
  return version ? { ...inputs, version } : inputs;
}

function unmarked(value: Value): Value {
  if (Array.isArray(value)) return value.map(unmarked);
  if (!isMap(value)) return value;
  const own = Object.entries(value).filter(([key]) => key !== "__pulumiAsset" && key !== "__pulumiArchive");
  return Object.fromEntries(own.map(([key, child]) => [key, unmarked(child)]));
}

function dependenciesByInput(request: Request): Record<string, readonly string[]> {
  const found: Record<string, readonly string[]> = {};
  request.getPropertydependenciesMap().forEach((urns, key) => {
    const list = urns.getUrnsList();
    if (list.length > 0) found[key] = [...list].sort();
  });
  return found;
}

/** The SDK reads nothing else of the engine's answer. */
function response(urn: string, { id, outputs }: Answer): object {
  return {
    getUrn: () => urn,
    getId: () => id,
    getObject: () => ({ toJavaScript: () => outputs }),
    getPropertydependenciesMap: () => undefined,
    getResult: () => 0,
    getUnknown: () => false,
  };
}

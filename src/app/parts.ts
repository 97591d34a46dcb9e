/** Parts of an app for programs of one's own: the app is written in the program instead of in app.yaml, and each part
 * takes from it what its class asks for. Schema, defaults and rules are those of app.yaml.
 */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { loadAppValue, type WrittenApp } from "../config/load.ts";
import type { Access, App, DataKind, DataOf, PresetName, Service } from "../config/model.ts";
import { ConfigError, type Problem } from "../config/problem.ts";
import type { WrittenDataOf } from "../config/schema/data.ts";
import { readSettings } from "../config/stack.ts";
import { isSeed } from "./derived-secrets.ts";
import { consumersOf, type Link, linksOf } from "./links.ts";

/** Name of each data part → its kind. */
export type Kinds = Readonly<Record<string, DataKind>>;

/** What a program says about the parts that it wants. */
export interface WrittenParts<K extends Kinds, S, U extends WrittenUser = WrittenUser>
  extends Pick<
    WrittenApp,
    "services" | "secrets" | "routes" | "edge" | "monitoring" | "budget" | "regions" | "protect"
  > {
  /** First part of every name: up to 20 lower-case letters, digits and hyphens. */
  readonly name: string;
  /** Second part of every name.
   * @default dev
   */
  readonly environment?: string;
  /** Table of defaults to start from: small and deletable, or highly available, protected and backed up.
   * @default the one of the environment's own name, else dev
   */
  readonly preset?: PresetName;
  /** Folder that paths are relative to.
   * @default the current one
   */
  readonly directory?: string;
  /** Where the parts are made: what stands in a stack's config below `atelier:<target>`. */
  readonly settings: S;
  /** Data parts by name, as below `data` in app.yaml. */
  readonly data?: { readonly [N in keyof K]: { readonly kind: K[N] } & WrittenDataOf<K[N]> };
  /** Who uses the data and is no part of this program's own `services`. Each gets a login with just this access. */
  readonly users?: Readonly<Record<string, NoInfer<U>>>;
}

export interface WrittenUser {
  /** Data part → access. */
  readonly uses: Readonly<Record<string, Access>>;
  /** How many of it run at the least; each may hold `pool.max` connections to a database.
   * @default 1
   */
  readonly instances?: number;
}

/** Who a consumer is, in the target's own terms. */
export interface Principal {
  readonly service: string;
  readonly principal: Input<string>;
}

/** What one target says about an app in a program. */
export interface PartsTarget<S> {
  readonly settings: z.ZodType<S>;
  /** Every reason why the target can't carry it; settings stand below the path `settings`. */
  refuse(app: App, settings: S): readonly Problem[];
}

/** The app as it was written, checked and with its defaults. */
export interface ReadParts<S> {
  /** With users as workers among its services, because parts look there for whoever uses them. */
  readonly app: App;
  /** Without users: what really runs. */
  readonly own: App;
  readonly settings: S;
}

/** @throws ConfigError with all problems at once, each by its key path in what was written */
export function readParts<K extends Kinds, S>(
  written: WrittenParts<K, unknown>,
  target: PartsTarget<S>,
): ReadParts<S> {
  const { users = {}, settings, environment = "dev", preset, directory, services = {}, ...rest } = written;
  const workers = mapValues(users, ({ uses, instances = 1 }) => ({
    kind: "worker" as const,
    image: ANY_IMAGE,
    uses,
    scale: instances,
  }));
  const said: WrittenApp = {
    ...rest,
    services: { ...services, ...workers },
    environments: { [environment]: preset === undefined ? {} : { preset } },
  };
  const inWords = (problem: Problem): Problem => {
    const [group, name, ...path] = problem.path;
    const isUser = group === "services" && typeof name === "string" && Object.hasOwn(users, name);
    return isUser ? { ...problem, path: ["users", name, ...path] } : problem;
  };
  const { app } = renamed(inWords, () =>
    loadAppValue(said, { environment, ...(directory !== undefined && { directory }) }),
  );
  const chosen = readSettings(target.settings, settings, "settings");
  const problems = target.refuse(app, chosen);
  if (problems.length > 0) throw new ConfigError(problems.map(inWords));
  const own = Object.entries(app.services).filter(([name]) => !Object.hasOwn(users, name));
  return { app, own: { ...app, services: Object.fromEntries(own) }, settings: chosen };
}

/** A user runs elsewhere; nobody pulls this. */
const ANY_IMAGE = "busybox:1";

function renamed<T>(change: (problem: Problem) => Problem, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ConfigError ? new ConfigError(error.problems.map(change)) : error;
  }
}

/** Arguments of each part, made from one app. What one part takes from another is left to the program. */
export class Parts<K extends Kinds, D extends { readonly app: App }> {
  /** What every part of the deployment needs to know; some classes ask for it alone. */
  readonly deployment: D;
  readonly #principals: Readonly<Record<string, Input<string>>>;

  /** @param principals user → who it is, in the target's own terms */
  constructor(deployment: D, principals: Readonly<Record<string, Input<string>>>) {
    this.deployment = deployment;
    this.#principals = principals;
  }

  /** For the network: every path that the app and its users need. */
  network(): { readonly deployment: D; readonly app: App; readonly links: readonly Link[] } {
    const { deployment } = this;
    return { deployment, app: deployment.app, links: linksOf(deployment.app) };
  }

  /** For the secrets.
   * @param seed 64 hex digits, from which passwords derive; keep it secret, and the same for good
   * @param values of the app's `required` secrets
   * @throws ConfigError for a seed that is none, or a value that is missing
   */
  secrets({
    seed,
    values = {},
  }: {
    readonly seed: string;
    readonly values?: Readonly<Record<string, string>>;
  }) {
    const { deployment } = this;
    const { secrets } = deployment.app;
    const problems: Problem[] = [
      ...(isSeed(seed) ? [] : [{ path: ["seed"], what: "is not 64 hex digits", remedy: NEW_SEED }]),
      ...Object.entries(secrets)
        .filter(([name, { source }]) => source === "required" && !values[name])
        .map(([name]) => ({
          path: ["secrets", name],
          what: "is required and has no value",
          remedy: NEW_VALUE,
        })),
    ];
    if (problems.length > 0) throw new ConfigError(problems);
    return { deployment, app: deployment.app, readers: {}, values, seed };
  }

  /** For the data part of that name: what it is and who uses it.
   * @param identities of the program's own services that use it
   */
  part<N extends keyof K & string>(name: N, identities: Readonly<Record<string, Principal>> = {}) {
    const { deployment } = this;
    const spec = deployment.app.data[name];
    if (!spec) throw new Error(`There is no data part ${name}.`);
    const consumers = mapValues(consumersOf(deployment.app, name), (access, consumer) => ({
      access,
      identity: identities[consumer] ?? this.#identityOf(consumer, name),
    }));
    // The kind is the written one.
    return { deployment, app: deployment.app, spec: spec as DataOf<K[N]>, consumers };
  }

  /** For the service of that name; what it uses comes as `grants` from the parts themselves. */
  service(name: string) {
    const { deployment } = this;
    const spec: Service | undefined = deployment.app.services[name];
    if (!spec) throw new Error(`There is no service ${name}.`);
    return { deployment, app: deployment.app, name, spec, consumers: {}, grants: {}, secrets: {}, after: [] };
  }

  #identityOf(consumer: string, part: string): Principal {
    const principal = this.#principals[consumer];
    if (principal !== undefined) return { service: consumer, principal };
    throw new Error(`${consumer} uses ${part}; say who it is: part("${part}", { ${consumer}: identity }).`);
  }
}

const NEW_SEED = "make one with: openssl rand -hex 32";
const NEW_VALUE = "put it into values";

function mapValues<V, W>(
  record: Readonly<Record<string, V>>,
  map: (value: V, key: string) => W,
): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}

/** How a resource becomes lines of a bill: a table per cloud, type → estimator. */
import type { Properties, Value } from "../../rehearsal/values.ts";
import type { App, Service } from "../config/model.ts";
import type { Plan, PlannedResource } from "../plan/model.ts";
import type { Part } from "../plan/parts.ts";
import type { Draft, Price } from "./model.ts";
import type { Traffic } from "./traffic.ts";

/** What an estimator may look at beside the resource. */
export interface Scene {
  readonly app: App;
  readonly plan: Plan;
  readonly traffic: Traffic;
  readonly partOf: (resource: PlannedResource) => Part;
  /** Resources of a type, in the order of the plan. */
  readonly ofType: (type: string) => readonly PlannedResource[];
}

/** One resource, its inputs without marks of secrecy, and what it belongs to. */
export interface Seen {
  readonly resource: PlannedResource;
  readonly inputs: Properties;
  readonly part: Part;
  /** The service of that name, where the part is one. */
  readonly service: Service | undefined;
}

/** Lines of one resource. A resource that is paid for and cannot be counted answers with the reason. */
export type Estimator<Sku extends string = string> = (
  seen: Seen,
  scene: Scene,
) => readonly Draft<Sku>[] | { readonly unpriced: string };

/** How one provider's resources are paid. */
export interface Cloud<Sku extends string = string> {
  /** Package of its types: `gcp`, `docker`. */
  readonly package: string;
  readonly prices: Readonly<Record<Sku, Price>>;
  /** Price of a unit in a region, and a sentence where that had to be assumed. */
  priceIn(sku: Sku, region: string | undefined): { readonly usd: number; readonly assumed?: string };
  readonly estimators: Readonly<Record<string, Estimator<Sku>>>;
  /** Type → why it costs nothing. */
  readonly free: Readonly<Record<string, string>>;
  /** Why everything else of the package costs nothing, where that is so. */
  readonly others?: string;
}

export const numberIn = (value: Value | undefined, fallback = 0): number =>
  typeof value === "number" ? value : fallback;

export const textIn = (value: Value | undefined, fallback = ""): string =>
  typeof value === "string" ? value : fallback;

/** The value at a path of keys and positions. */
export function at(value: Value | undefined, ...path: (string | number)[]): Value | undefined {
  return path.reduce<Value | undefined>(
    (inner, key) =>
      typeof inner === "object" && inner !== null ? (inner as Record<string, Value>)[key] : undefined,
    value,
  );
}

export const listIn = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : []);

/** A plan as a tree: components with what belongs to them, and how often each kind of resource is there. */
import type { Plan, PlannedResource } from "./model.ts";
import { secretPaths } from "./values.ts";

export interface Node {
  readonly resource: PlannedResource;
  readonly children: readonly Node[];
}

/** The resources at the top, each with its children, in the order in which the program registers them. */
export function treeOf({ resources }: Pick<Plan, "resources">): Node[] {
  const children = new Map<string, PlannedResource[]>();
  const urns = new Set(resources.map(({ urn }) => urn));
  for (const resource of resources) {
    const above = urns.has(resource.parent) ? resource.parent : "";
    children.set(above, [...(children.get(above) ?? []), resource]);
  }
  const nodesBelow = (urn: string): Node[] =>
    (children.get(urn) ?? []).map((resource) => ({ resource, children: nodesBelow(resource.urn) }));
  return nodesBelow("");
}

export interface Counts {
  /** Resources that the cloud gets. */
  readonly resources: number;
  /** Components that group them. */
  readonly components: number;
  readonly protected: number;
  /** Resources with a secret among their inputs. */
  readonly withSecrets: number;
  /** Type → how many. */
  readonly types: Readonly<Record<string, number>>;
}

const PROVIDER = /^pulumi:providers:/;

export function count({ resources }: Pick<Plan, "resources">): Counts {
  const custom = resources.filter(({ custom, type }) => custom && !PROVIDER.test(type));
  const types: Record<string, number> = {};
  for (const { type } of custom) types[type] = (types[type] ?? 0) + 1;
  return {
    resources: custom.length,
    components: resources.filter(({ custom }) => !custom).length,
    protected: custom.filter(({ protect }) => protect).length,
    withSecrets: custom.filter(({ inputs }) => secretPaths(inputs).length > 0).length,
    types: Object.fromEntries(Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** `gcp:cloudrunv2/service:Service` → `cloudrunv2.Service`; `docker:index/container:Container` → `Container`. */
export function shortType(type: string): string {
  const [, module = "", last = ""] = type.split(":");
  const folder = module.split("/")[0] ?? "";
  return folder === "" || folder === "index" || !module.includes("/") ? last : `${folder}.${last}`;
}

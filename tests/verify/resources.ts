/** Small plans, written by hand. */
import type { Properties } from "../../rehearsal/values.ts";
import type { Plan, PlannedResource } from "../../src/plan/model.ts";

const STACK = "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod";

export interface Written {
  readonly type: string;
  readonly name: string;
  readonly inputs?: Properties;
  /** The resource that it belongs to. */
  readonly parent?: PlannedResource;
  readonly dependencies?: readonly PlannedResource[];
  readonly provider?: PlannedResource;
}

export function resource({
  type,
  name,
  inputs = {},
  parent,
  dependencies = [],
  provider,
}: Written): PlannedResource {
  return {
    urn: `urn:pulumi:prod::shop::${type}::${name}`,
    type,
    name,
    parent: parent?.urn ?? STACK,
    custom: !type.startsWith("atelier:"),
    inputs,
    dependencies: dependencies.map(({ urn }) => urn),
    propertyDependencies: {},
    protect: false,
    retainOnDelete: false,
    deleteBeforeReplace: false,
    ignoreChanges: [],
    additionalSecretOutputs: [],
    provider: provider ? `${provider.urn}::${provider.name}` : "",
  };
}

export function planOf(resources: readonly PlannedResource[], target = "gcp-cloud-run"): Plan {
  const subject = { app: "shop", environment: "prod", target, project: "shop", stack: "prod" };
  return { subject, resources, outputs: {} };
}

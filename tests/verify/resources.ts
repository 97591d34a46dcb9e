/** Small plans, written by hand. */
import type { Properties } from "../../rehearsal/values.ts";
import type { Plan, PlannedResource } from "../../src/plan/model.ts";

import { plannedResource, STACK_URN } from "../helpers/planned.ts";

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
  return plannedResource({
    type,
    name,
    parent: parent?.urn ?? STACK_URN,
    custom: !type.startsWith("atelier:"),
    inputs,
    dependencies: dependencies.map(({ urn }) => urn),
    provider: provider ? `${provider.urn}::${provider.name}` : "",
  });
}

export function planOf(resources: readonly PlannedResource[], target = "gcp-cloud-run"): Plan {
  const subject = { app: "shop", environment: "prod", target, project: "shop", stack: "prod" };
  return { subject, resources, outputs: {} };
}

/** Planned resources of a made-up stack. */
import type { PlannedResource } from "../../src/plan/model.ts";

export const STACK_URN = "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod";

/** A resource of a provider, on its own, without anything out of the ordinary. */
export function plannedResource(
  written: Pick<PlannedResource, "type" | "name"> & Partial<PlannedResource>,
): PlannedResource {
  return {
    urn: `urn:pulumi:prod::shop::${written.type}::${written.name}`,
    parent: "",
    custom: true,
    inputs: {},
    dependencies: [],
    propertyDependencies: {},
    protect: false,
    retainOnDelete: false,
    deleteBeforeReplace: false,
    ignoreChanges: [],
    additionalSecretOutputs: [],
    provider: "",
    ...written,
  };
}

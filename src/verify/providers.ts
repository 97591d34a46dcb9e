/** Which providers a plan needs: explicit ones, which it configures itself, and the default ones of packages. */
import type { Properties } from "../../rehearsal/values.ts";
import type { Plan, PlannedResource } from "../plan/model.ts";

export interface PlannedProvider {
  /** `gcp` */
  readonly package: string;
  readonly urn: string;
  readonly name: string;
  /** As planned; empty for a default provider. */
  readonly settings: Properties;
  /** What it is responsible for. */
  readonly resources: readonly PlannedResource[];
}

const PREFIX = "pulumi:providers:";

/** Every provider that has resources or is planned itself, in the order of its first mention. Stack references and other
 * resources of the engine's own are left out: there is no plugin for them.
 */
export function providersOf({ resources, subject }: Pick<Plan, "resources" | "subject">): PlannedProvider[] {
  const providers = new Map<string, { base: Omit<PlannedProvider, "resources">; own: PlannedResource[] }>();
  const explicit = resources.filter(({ type }) => type.startsWith(PREFIX));
  for (const { urn, type, name, inputs } of explicit) {
    const base = { package: type.slice(PREFIX.length), urn, name, settings: inputs };
    providers.set(urn, { base, own: [] });
  }
  for (const resource of resources) {
    const name = resource.type.split(":")[0] ?? "";
    if (!resource.custom || name === "pulumi") continue;
    const given = urnIn(resource.provider);
    const urn = given || `urn:pulumi:${subject.stack}::${subject.project}::${PREFIX}${name}::default`;
    const known = providers.get(urn);
    const base = { package: name, urn, name: "default", settings: {} };
    if (known) known.own.push(resource);
    else providers.set(urn, { base, own: [resource] });
  }
  return [...providers.values()].map(({ base, own }) => ({ ...base, resources: own }));
}

/** A reference is `urn::id`. */
const urnIn = (reference: string): string => reference.split("::").slice(0, -1).join("::");

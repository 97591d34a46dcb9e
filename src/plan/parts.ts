/** Which part of the app a planned resource belongs to: what a reader of app.yaml would call its owner. */
import type { Plan, PlannedResource } from "./model.ts";

/** The outermost component around a resource: a service, a piece of data, the edge, monitoring, the network. */
export interface Part {
  /** Last word of the component's type, `ContainerService`, `Postgres`, `Edge`; empty outside any component. */
  readonly kind: string;
  /** The component's logical name, for services and data the key in app.yaml. */
  readonly name: string;
}

const NONE: Part = { kind: "", name: "" };

/** Stands around all parts of a deployment, and is none of them. */
const WHOLE = /:App$/;

/** Finds the part of each resource of a plan. */
export function partsOf({ resources }: Pick<Plan, "resources">): (resource: PlannedResource) => Part {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const found = new Map<string, Part>();
  const partOf = (resource: PlannedResource): Part => {
    const known = found.get(resource.urn);
    if (known) return known;
    const above = byUrn.get(resource.parent);
    const outer = above ? partOf(above) : NONE;
    const own =
      resource.custom || WHOLE.test(resource.type)
        ? NONE
        : { kind: resource.type.split(":").at(-1) ?? "", name: resource.name };
    const part = outer.kind ? outer : own;
    found.set(resource.urn, part);
    return part;
  };
  return partOf;
}

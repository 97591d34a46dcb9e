/** Which key of app.yaml a planned resource stands for. */
import type { App } from "../config/model.ts";
import type { Path } from "../config/places.ts";
import type { Plan, PlannedResource } from "../plan/model.ts";
import { type Part, partsOf } from "../plan/parts.ts";

/** Parts that are not called after a service or a piece of data. */
const OF_KIND: Readonly<Record<string, Path>> = {
  Budget: ["budget"],
  Edge: ["edge"],
  Keeper: ["monitoring"],
  Monitoring: ["monitoring"],
  Secrets: ["secrets"],
};

/** Finds the key of each resource's part: `["services", "api"]`. A resource that stands outside of them, an image for
 * instance, has the key of those that need it when there is just one; else it stands for the app as a whole, `[]`.
 */
export function keysOf(plan: Pick<Plan, "resources">, app: App): (resource: PlannedResource) => Path {
  const partOf = partsOf(plan);
  const users = usersOf(plan.resources);
  return (resource) => {
    const own = keyOfPart(partOf(resource), app);
    if (own.length > 0) return own;
    const needing = (users.get(resource.urn) ?? []).map((user) => keyOfPart(partOf(user), app));
    const keys = new Map(needing.filter(({ length }) => length > 0).map((key) => [key.join("\n"), key]));
    const [only] = keys.values();
    return only && keys.size === 1 ? only : [];
  };
}

function keyOfPart({ kind, name }: Part, app: App): Path {
  const fixed = Object.hasOwn(OF_KIND, kind) ? OF_KIND[kind] : undefined;
  if (fixed) return fixed;
  const [data, service] = [app.data[name], app.services[name]];
  if (data && (!service || data.kind === kind.toLowerCase())) return ["data", name];
  return service ? ["services", name] : [];
}

function usersOf(resources: readonly PlannedResource[]): ReadonlyMap<string, readonly PlannedResource[]> {
  const users = new Map<string, PlannedResource[]>();
  for (const resource of resources) {
    for (const urn of resource.dependencies) {
      const known = users.get(urn);
      if (known) known.push(resource);
      else users.set(urn, [resource]);
    }
  }
  return users;
}

/** What each part of an app becomes on the target of a plan. */
import { isMap, type Properties, reveal, UNKNOWN } from "../../rehearsal/values.ts";
import type { App } from "../config/model.ts";
import type { Plan, PlannedResource } from "../plan/model.ts";
import { type Part, partsOf } from "../plan/parts.ts";
import { FORMS } from "./forms/index.ts";
import { EDGE, MONITORING, partId } from "./ids.ts";

export interface Placement {
  /** In the target's own words: `Cloud SQL, db-custom-1-3840`, `3 containers`. */
  readonly forms: readonly string[];
  /** Where its main resources stand, sorted. */
  readonly regions: readonly string[];
  /** Resources in the cloud or on the host; components do not count. */
  readonly resources: number;
  /** Deletion of one of them is refused. */
  readonly protected: boolean;
}

export interface Placements {
  readonly byNode: ReadonlyMap<string, Placement>;
  /** Of all of them, sorted. */
  readonly regions: readonly string[];
}

export function placementsOf(app: App, plan: Plan): Placements {
  const partOf = partsOf(plan);
  const byNode = Map.groupBy(
    plan.resources.filter(({ custom }) => custom),
    (resource) => nodeOf(app, partOf(resource)),
  );
  byNode.delete("");
  const placements = new Map([...byNode].map(([id, resources]) => [id, placementOf(resources)]));
  const regions = new Set([...placements.values()].flatMap((placement) => placement.regions));
  return { byNode: placements, regions: [...regions].toSorted() };
}

/** Kinds of parts that are no entry of app.yaml's `services` or `data`. */
const OWN: Readonly<Record<string, string>> = { Edge: EDGE, Monitoring: MONITORING };

/** Empty for what the picture does not show: network, secrets, images, accounts. */
function nodeOf(app: App, { kind, name }: Part): string {
  if (Object.hasOwn(OWN, kind)) return OWN[kind] ?? "";
  return Object.hasOwn(app.services, name) || Object.hasOwn(app.data, name) ? partId(app, name) : "";
}

function placementOf(resources: readonly PlannedResource[]): Placement {
  const main = resources.flatMap((resource) => {
    const inputs = revealed(resource.inputs);
    const form = FORMS[resource.type]?.(inputs);
    return form === undefined ? [] : [{ form, region: regionOf(inputs) }];
  });
  const amounts = Map.groupBy(main, ({ form }) => form);
  const forms = [...amounts].map(([form, alike]) => (alike.length > 1 ? `${alike.length} × ${form}` : form));
  const regions = new Set(main.flatMap(({ region }) => (region === undefined ? [] : [region])));
  return {
    forms: forms.toSorted(),
    regions: [...regions].toSorted(),
    resources: resources.length,
    protected: resources.some((resource) => resource.protect),
  };
}

function revealed(inputs: Properties): Properties {
  const open = reveal(inputs);
  return isMap(open) ? open : {};
}

/** Where a resource says that it stands; a zone counts as its region. */
function regionOf(inputs: Properties): string | undefined {
  const place = inputs.region ?? inputs.location;
  if (typeof place !== "string" || place === "" || place === UNKNOWN) return undefined;
  return place.toLowerCase();
}

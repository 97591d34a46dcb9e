/** A region that is gone: what of a deployment stays, what still answers, and which data is lost. */
import type { StateResource } from "../engine/recovery/state.ts";
import type { App, Data } from "../src/config/model.ts";
import { type Duration, inSeconds } from "../src/config/units.ts";
import type { Behaviour } from "./behaviour.ts";
import type { Cloud, Live } from "./cloud.ts";
import { type Properties, reveal, textsIn } from "./values.ts";

/** What became of a service or a data part. */
export interface Fate {
  readonly name: string;
  readonly kind: string;
  /** Where it ran, and where it still does. */
  readonly regions: readonly string[];
  readonly left: readonly string[];
  readonly stays: boolean;
  /** For data: how much is lost (recovery point) and how long it takes (recovery time), as far as the app says. */
  readonly statement?: string;
}

export interface Failover {
  readonly region: string;
  /** Resources that are gone with it. */
  readonly lost: number;
  readonly services: readonly Fate[];
  readonly data: readonly Fate[];
  /** Backends of the load balancer: how many had a place to send requests to, and how many still have. */
  readonly backends: { readonly before: number; readonly after: number };
}

/** Types that serve or hold something; the others only belong to them. */
const RUNS = /^gcp:(cloudrunv2\/(service|workerPool|job):|compute\/regionInstanceGroupManager:)/;
const HOLDS =
  /^gcp:(sql\/databaseInstance|redis\/instance|filestore\/instance|firestore\/database|storage\/bucket):/;

/** Region of a resource; undefined for what is everywhere, and for places of several regions (`US`, `nam5`). */
export function regionOf({ id, inputs }: Pick<Live, "id" | "inputs">): string | undefined {
  const { region, location, locationId, zone } = reveal(inputs) as Properties;
  const said = [region, location, locationId].find((one) => typeof one === "string");
  const name =
    said ??
    (typeof zone === "string" ? zone : undefined) ??
    /\/(?:regions|locations)\/([^/]+)\//.exec(id)?.[1];
  const lower = typeof name === "string" ? name.toLowerCase() : "";
  return /^[a-z]+-[a-z]+\d+/.exec(lower)?.[0];
}

/** Every region that something of a deployment is in, most first. */
export function regionsIn(cloud: Cloud): readonly string[] {
  const counts = new Map<string, number>();
  for (const live of cloud.live) {
    const region = regionOf(live);
    if (region !== undefined) counts.set(region, (counts.get(region) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([region]) => region);
}

/** Takes a region away from the cloud, and looks what is left. */
export function failOver(
  cloud: Cloud,
  region: string,
  { app, resources, behaviour }: { app: App; resources: readonly StateResource[]; behaviour: Behaviour },
): Failover {
  const before = cloud.live;
  const parts = partsIn(resources);
  const [backendsBefore] = backendsIn(cloud, behaviour);
  const lost = cloud.lose((live) => regionOf(live) === region);
  const gone = new Set(lost.map(({ type, id }) => `${type} ${id}`));
  const ofPart = (name: string, wanted: RegExp) =>
    before.filter((live) => wanted.test(live.type) && parts.get(`${live.type} ${live.id}`) === name);
  const fate = (name: string, kind: string, wanted: RegExp): Fate => {
    const all = ofPart(name, wanted);
    const left = all.filter(({ type, id }) => !gone.has(`${type} ${id}`));
    return {
      name,
      kind,
      regions: placesOf(all),
      left: placesOf(left),
      stays: all.length === 0 || left.length > 0,
    };
  };
  return {
    region,
    lost: lost.length,
    services: Object.entries(app.services).map(([name, { kind }]) => fate(name, kind, RUNS)),
    data: Object.entries(app.data).map(([name, spec]) => {
      const one = fate(name, spec.kind, HOLDS);
      return { ...one, statement: statementFor(spec, one) };
    }),
    backends: { before: backendsBefore, after: backendsIn(cloud, behaviour)[0] },
  };
}

const placesOf = (all: readonly Live[]): readonly string[] => [
  ...new Set(all.map((live) => regionOf(live) ?? "several regions")),
];

/** `type id` → name of the outermost part below the app: a service or data part. */
function partsIn(resources: readonly StateResource[]): ReadonlyMap<string, string> {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const nameOf = (urn: string) => urn.split("::").at(-1) ?? urn;
  const partOf = (resource: StateResource): string | undefined => {
    let part: string | undefined;
    for (let one = resource.parent; one; one = byUrn.get(one)?.parent) {
      const { type = "" } = byUrn.get(one) ?? {};
      if (/^atelier:/.test(type) && !/:App$/.test(type)) part = nameOf(one);
    }
    return part;
  };
  return new Map(resources.map((one) => [`${one.type} ${one.id}`, partOf(one) ?? ""]));
}

/** Backend services of the load balancer, all and those that have at least one group of endpoints whose target is there. */
function backendsIn(cloud: Cloud, behaviour: Behaviour): readonly [served: number, all: number] {
  const names = new Set(cloud.live.flatMap((live) => [live.id, ...behaviour.names(live.type, live.outputs)]));
  const backends = cloud.live.filter(({ type }) => /:BackendService$/.test(type));
  const served = backends.filter(({ inputs }) => {
    const groups = textsIn(reveal(inputs.backends ?? [])).filter((text) => text.includes("/"));
    return groups.some((group) => names.has(group));
  });
  return [served.length, backends.length];
}

/** In words, from what the app says. What a cloud keeps beyond that is said where it is certain. */
function statementFor(spec: Data, { name, stays, left }: Fate): string {
  if (stays) {
    return left.includes("several regions")
      ? "stays: it is kept in several regions"
      : `stays in ${left.join(", ")}`;
  }
  const { kind, backup } = spec;
  if (kind === "redis") return "lost, and begins empty in another region; what is cached is computed again";
  if (!backup) return `lost: it has no replica elsewhere and no backup (data.${name}.backup makes one)`;
  const rpo = inWords(backup.every);
  return `lost until it is restored from its backup: recovery point up to ${rpo} before, recovery time as long as a new ${kind} and the restore take`;
}

function inWords(duration: Duration): string {
  const hours = inSeconds(duration) / 3600;
  return hours >= 24 ? `${hours / 24} d` : hours >= 1 ? `${hours} h` : `${hours * 60} min`;
}

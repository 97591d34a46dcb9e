/** Where Google Cloud is, and what of it is where.
 *
 * Regions and zones: docs.cloud.google.com/compute/docs/regions-zones; Cloud Run and its gpus:
 * docs.cloud.google.com/run/docs/locations and …/run/docs/configuring/services/gpu; looked up in November 2026.
 * Cloud Run is in every region of the table. A region that opens later is one more line.
 */
import type { Problem } from "../../src/config/problem.ts";
import { suggest } from "../../src/config/suggest.ts";
import type { GcpSettings } from "./settings.ts";

export interface Place {
  /** City or state, as Google calls it. */
  readonly at: string;
  /** Letters that follow the region's name in the names of its zones. */
  readonly zones: string;
  /** Cloud Run has L4 gpus there, without asking Google for them. */
  readonly runGpu?: true;
}

const place = (at: string, rest: Partial<Place> = {}): Place => ({ at, zones: "abc", ...rest });

export const PLACES: Readonly<Record<string, Place>> = {
  "africa-south1": place("Johannesburg"),
  "asia-east1": place("Taiwan"),
  "asia-east2": place("Hong Kong"),
  "asia-northeast1": place("Tokyo"),
  "asia-northeast2": place("Osaka"),
  "asia-northeast3": place("Seoul"),
  "asia-south1": place("Mumbai"),
  "asia-south2": place("Delhi"),
  "asia-southeast1": place("Singapore", { runGpu: true }),
  "asia-southeast2": place("Jakarta"),
  "australia-southeast1": place("Sydney"),
  "australia-southeast2": place("Melbourne"),
  "europe-central2": place("Warsaw"),
  "europe-north1": place("Finland"),
  "europe-north2": place("Stockholm"),
  "europe-southwest1": place("Madrid"),
  "europe-west1": place("Belgium", { zones: "bcd", runGpu: true }),
  "europe-west10": place("Berlin"),
  "europe-west12": place("Turin"),
  "europe-west2": place("London"),
  "europe-west3": place("Frankfurt"),
  "europe-west4": place("Netherlands", { runGpu: true }),
  "europe-west6": place("Zurich"),
  "europe-west8": place("Milan"),
  "europe-west9": place("Paris"),
  "me-central1": place("Doha"),
  "me-central2": place("Dammam"),
  "me-west1": place("Tel Aviv"),
  "northamerica-northeast1": place("Montreal"),
  "northamerica-northeast2": place("Toronto"),
  "northamerica-south1": place("Mexico"),
  "southamerica-east1": place("São Paulo"),
  "southamerica-west1": place("Santiago"),
  "us-central1": place("Iowa", { zones: "abcf", runGpu: true }),
  "us-east1": place("South Carolina", { zones: "bcd" }),
  "us-east4": place("Northern Virginia", { runGpu: true }),
  "us-east5": place("Columbus"),
  "us-south1": place("Dallas"),
  "us-west1": place("Oregon"),
  "us-west2": place("Los Angeles"),
  "us-west3": place("Salt Lake City"),
  "us-west4": place("Las Vegas"),
};

const find = (region: string): Place | undefined =>
  Object.hasOwn(PLACES, region) ? PLACES[region] : undefined;

const REGIONS: readonly string[] = Object.keys(PLACES);

/** Full names of a region's zones, `us-central1-a` first; none of a region that is not there. */
export function zonesOf(region: string): string[] {
  const { zones } = find(region) ?? { zones: "" };
  return [...zones].map((letter) => `${region}-${letter}`);
}

/** Regions where Cloud Run gives a service an L4. */
export const RUN_GPU_REGIONS: readonly string[] = REGIONS.filter((region) => find(region)?.runGpu);

/** Regions of the app and of the settings that Google does not have, and an app without any. */
export function refusePlaces(
  { regions }: { readonly regions: readonly string[] },
  { region }: Pick<GcpSettings, "region">,
): Problem[] {
  const named = [
    ...(region === undefined ? [] : [{ path: ["settings", "region"], region }]),
    ...regions.map((name, index) => ({ path: ["regions", index], region: name })),
  ];
  if (named.length === 0) {
    return [
      {
        path: ["regions"],
        what: "nobody says where the app runs",
        remedy: "add regions: [us-central1] for instance, or set region in the target's settings",
      },
    ];
  }
  return named.filter(({ region: name }) => !find(name)).map(({ path, region: name }) => unknown(path, name));
}

/** Zones that the settings name and Google does not have. */
export function refuseZone(path: Problem["path"], zone: string): Problem[] {
  const region = zone.replace(/-[a-z]$/, "");
  const zones = zonesOf(region);
  if (zones.includes(zone)) return [];
  if (zones.length === 0) return [unknown(path, zone, "zone of Google Cloud")];
  return [
    {
      path,
      what: `${zone} is no zone of ${region}`,
      allowed: zones.join(", "),
      remedy: `write ${zones[0]} for instance`,
    },
  ];
}

function unknown(path: Problem["path"], name: string, what = "region of Google Cloud"): Problem {
  const near = suggest(name, REGIONS);
  return {
    path,
    what: `${name} is no ${what}`,
    remedy: near
      ? `did you mean ${near}?`
      : "write one of docs.cloud.google.com/compute/docs/regions-zones, us-central1 for instance",
  };
}

/** Where a bucket lies: in one region, or in two at once when the app runs in two that Google pairs. */
import { type Deployment, regionsOf } from "../deployment.ts";

export interface Location {
  /** As Google writes it back: in capitals. */
  readonly location: string;
  /** The two regions of a dual-region bucket. */
  readonly regions?: readonly [string, string];
  /** Location of a key that may encrypt it. */
  readonly key: string;
}

/** Regions that may be one half of a dual-region bucket (cloud.google.com/storage/docs/locations). */
const PAIRED: Readonly<Record<string, { readonly key: string; readonly regions: readonly string[] }>> = {
  US: {
    key: "us",
    regions: [
      "us-central1",
      "us-east1",
      "us-east4",
      "us-east5",
      "us-south1",
      "us-west1",
      "us-west2",
      "us-west3",
      "us-west4",
    ],
  },
  EU: {
    key: "europe",
    regions: [
      "europe-central2",
      "europe-north1",
      "europe-southwest1",
      "europe-west1",
      "europe-west3",
      "europe-west4",
      "europe-west8",
      "europe-west9",
    ],
  },
  ASIA: { key: "asia", regions: ["asia-east1", "asia-southeast1"] },
};

export function locationOf(deployment: Deployment): Location {
  const [home, second, ...more] = regionsOf(deployment);
  if (second !== undefined && more.length === 0) {
    const pair = Object.entries(PAIRED).find(
      ([, { regions }]) => regions.includes(home) && regions.includes(second),
    );
    if (pair) {
      const [location, { key }] = pair;
      return { location, regions: [home.toUpperCase(), second.toUpperCase()], key };
    }
  }
  return regionalLocation(home);
}

export function regionalLocation(region: string): Location {
  return { location: region.toUpperCase(), key: region };
}

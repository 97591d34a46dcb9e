/** Where a Firestore database lies. It can never be changed, so the settings may say it. */
import { type Deployment, regionsOf } from "../deployment.ts";

/** Multi-regions by the beginning of the home region's name, with the location of a key for each. */
const MULTI_REGIONS = [
  { home: /^us-/, location: "nam5", key: "us" },
  { home: /^europe-/, location: "eur3", key: "europe" },
] as const;

/** `us-central1` for an app in one region; `nam5` or `eur3` for one that runs in several, where Google has one. */
export function documentsLocation(name: string, deployment: Deployment): string {
  const chosen = deployment.settings.data[name]?.location;
  if (chosen !== undefined) return chosen;
  const [home, ...others] = regionsOf(deployment);
  if (others.length === 0) return home;
  return MULTI_REGIONS.find((multi) => multi.home.test(home))?.location ?? home;
}

/** Regions of the app on another continent than the database. */
export function farRegions(location: string, deployment: Deployment): string[] {
  const multi = MULTI_REGIONS.find((one) => one.location === location);
  const near = (region: string) => (multi ? multi.home.test(region) : region === location);
  return regionsOf(deployment).filter((region) => !near(region));
}

export function keyLocationOf(location: string): string {
  return MULTI_REGIONS.find((multi) => multi.location === location)?.key ?? location;
}

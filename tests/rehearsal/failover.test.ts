/** A region that is gone: what stays, what is lost, and in which words. */
import { describe, expect, it } from "vitest";
import type { StateResource } from "../../engine/recovery/state.ts";
import { behaviours } from "../../rehearsal/behaviours.ts";
import { Cloud } from "../../rehearsal/cloud.ts";
import { failOver, regionOf, regionsIn } from "../../rehearsal/failover.ts";
import { days, hours } from "../../src/config/units.ts";
import { makeApp, makePostgres, makeRedis, makeWeb } from "../helpers/app.ts";

const behaviour = behaviours({ settings: { project: "acme" } });
const RUN = "gcp:cloudrunv2/service:Service";
const SQL = "gcp:sql/databaseInstance:DatabaseInstance";
const REGIONS = ["us-central1", "europe-west1"];

/** A service in both regions behind one backend, and data in the first. */
function stage() {
  const cloud = new Cloud(behaviour);
  const resources: StateResource[] = [];
  const part = (kind: string, name: string) => {
    const urn = `urn:pulumi:prod::shop::atelier:gcp:${kind}::${name}`;
    resources.push({ urn, type: `atelier:gcp:${kind}`, parent: "" });
    return urn;
  };
  const make = (parent: string, type: string, name: string, inputs: Record<string, string>) => {
    const { id } = cloud.create(type, name, { name, ...inputs });
    resources.push({ urn: `urn:pulumi:prod::shop::${type}::${name}`, type, id, parent });
  };
  const api = part("ContainerService", "api");
  const groups = REGIONS.map((region) => {
    make(api, RUN, `api-${region}`, { location: region });
    const type = "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup";
    return cloud.create(type, region, { name: `api-${region}`, region }).id;
  });
  cloud.create("gcp:compute/backendService:BackendService", "api", {
    name: "api",
    backends: groups.map((group) => ({ group })),
  });
  make(part("ContainerService", "admin"), RUN, "admin", { location: "us-central1" });
  make(part("Postgres", "db"), SQL, "db", { region: "us-central1" });
  make(part("Redis", "cache"), "gcp:redis/instance:Instance", "cache", { region: "us-central1" });
  return { cloud, resources };
}

const app = (backup?: { readonly hours: number }) =>
  makeApp({
    services: { api: makeWeb(), admin: makeWeb() },
    data: {
      db: makePostgres(
        backup ? { backup: { every: hours(backup.hours), keep: days(14), drill: "never" } } : {},
      ),
      cache: makeRedis(),
    },
  });

describe("a region that is gone", () => {
  it("takes what is in it alone, and leaves what is elsewhere", () => {
    const { cloud, resources } = stage();
    const result = failOver(cloud, "us-central1", { app: app(), resources, behaviour });
    expect(result.services.map(({ name, stays, left }) => [name, stays, left])).toEqual([
      ["api", true, ["europe-west1"]],
      ["admin", false, []],
    ]);
    expect(result.backends).toEqual({ before: 1, after: 1 });
    expect(result.lost).toBe(5);
  });

  it("takes every backend when it was the only one", () => {
    const { cloud, resources } = stage();
    failOver(cloud, "us-central1", { app: app(), resources, behaviour });
    const { backends } = failOver(cloud, "europe-west1", { app: app(), resources, behaviour });
    expect(backends).toEqual({ before: 1, after: 0 });
  });

  it("names data that is lost, with what the app says of its backup", () => {
    const said = (with_?: { readonly hours: number }) => {
      const { cloud, resources } = stage();
      return failOver(cloud, "us-central1", { app: app(with_), resources, behaviour }).data.map(
        ({ name, statement }) => `${name}: ${statement}`,
      );
    };
    expect(said()).toEqual([
      "db: lost: it has no replica elsewhere and no backup (data.db.backup makes one)",
      "cache: lost, and begins empty in another region; what is cached is computed again",
    ]);
    expect(said({ hours: 6 })[0]).toBe(
      "db: lost until it is restored from its backup: recovery point up to 6 h before, recovery time as long as a new postgres and the restore take",
    );
  });

  it("keeps data whose copy is elsewhere", () => {
    const { cloud, resources } = stage();
    failOver(cloud, "europe-west1", { app: app(), resources, behaviour });
    const [db] = failOver(stage().cloud, "europe-west1", { app: app(), resources, behaviour }).data;
    expect(db?.statement).toBe("stays in us-central1");
  });
});

it("knows where things are", () => {
  expect(regionsIn(stage().cloud)[0]).toBe("us-central1");
  const of = (inputs: Record<string, string>, id = "x") => regionOf({ id, inputs });
  expect([of({ location: "US" }), of({ locationId: "nam5" }), of({ location: "US-CENTRAL1" })]).toEqual([
    undefined,
    undefined,
    "us-central1",
  ]);
  expect(of({ zone: "us-central1-a" })).toBe("us-central1");
  expect(of({}, "projects/p/locations/us-east1/x/y")).toBe("us-east1");
});

/** Which key of app.yaml each resource of the real targets stands for. */
import { beforeAll, describe, expect, it } from "vitest";
import type { App } from "../../src/config/model.ts";
import type { Plan } from "../../src/plan/model.ts";
import { keysOf } from "../../src/verify/keys.ts";
import { makeApp, makeBucket, makeService } from "../helpers/app.ts";
import { planExample } from "./examples.ts";
import { planOf, resource } from "./resources.ts";

describe.each([
  ["flashfit-ai", "docker"],
  ["flashfit-ai", "gcp-compute"],
  ["closetgpt", "gcp-cloud-run"],
] as const)("%s on %s", (example, target) => {
  let plan: Plan;
  let app: App;
  beforeAll(async () => {
    ({ plan, app } = await planExample(example, target));
  }, 60_000);

  it("has resources of every service, every piece of data, the edge and monitoring", () => {
    const keyOf = keysOf(plan, app);
    const keys = new Set(plan.resources.map((one) => keyOf(one).join(".")));
    const parts = [
      ...Object.keys(app.services).map((name) => `services.${name}`),
      ...Object.keys(app.data).map((name) => `data.${name}`),
      "edge",
      "monitoring",
    ];
    expect([...keys]).toEqual(expect.arrayContaining(parts));
    expect([...keys].filter((key) => !["", "budget", "secrets", ...parts].includes(key))).toEqual([]);
  });

  it("knows the part of most of them", () => {
    const keyOf = keysOf(plan, app);
    const custom = plan.resources.filter((one) => one.custom);
    const known = custom.filter((one) => keyOf(one).length > 0);
    expect(known.length / custom.length).toBeGreaterThan(0.6);
  });
});

describe("a resource", () => {
  const app = makeApp({
    services: { edge: makeService(), media: makeService(), api: makeService() },
    data: { media: makeBucket() },
  });
  const keyIn = (all: readonly ReturnType<typeof resource>[], of: ReturnType<typeof resource>) =>
    keysOf(planOf(all), app)(of);
  const within = (type: string, name: string) => {
    const parent = resource({ type: `atelier:gcp:${type}`, name });
    return [parent, resource({ type: "gcp:a/b:B", name: "inner", parent })] as const;
  };

  it("belongs to a service that is called like a part", () => {
    const [parent, inner] = within("ContainerService", "edge");
    expect(keyIn([parent, inner], inner)).toEqual(["services", "edge"]);
  });

  it("belongs to the part where that is meant", () => {
    const [parent, inner] = within("Edge", "edge");
    expect(keyIn([parent, inner], inner)).toEqual(["edge"]);
  });

  it("belongs to the data or the service of the same name, by the kind of its part", () => {
    const bucket = within("Bucket", "media");
    expect(keyIn(bucket, bucket[1])).toEqual(["data", "media"]);
    const service = within("ContainerService", "media");
    expect(keyIn(service, service[1])).toEqual(["services", "media"]);
  });

  it("belongs to the only one that needs it", () => {
    const image = resource({ type: "docker-build:index:Image", name: "api-1234" });
    const parent = resource({ type: "atelier:gcp:ContainerService", name: "api" });
    const user = resource({ type: "gcp:a/b:B", name: "inner", parent, dependencies: [image] });
    expect(keyIn([image, parent, user], image)).toEqual(["services", "api"]);
    const other = resource({ type: "atelier:gcp:ContainerService", name: "media" });
    const second = resource({ type: "gcp:a/b:B", name: "other", parent: other, dependencies: [image] });
    expect(keyIn([image, parent, user, other, second], image)).toEqual([]);
  });
});

import { describe, expect, test } from "vitest";
import { PrivateZone } from "../../../../components/gcp/compute/internal.ts";
import { seconds } from "../../../../src/config/units.ts";
import { makeApp, makeService, makeWeb } from "../../../helpers/app.ts";
import { makeGcp, network } from "../../../helpers/gcp.ts";
import { runProgram } from "../../../helpers/program.ts";
import { runService } from "./fixture.ts";

const caller = { web: makeWeb({ uses: { api: "read" } }) };
const RULE = "gcp:compute/forwardingRule:ForwardingRule";
const BACKEND = "gcp:compute/regionBackendService:RegionBackendService";
const LOGICAL = "shop-dev-api-us-central1-internal";

test("the zone is private to the VPC", async () => {
  const { get, result } = await runProgram(
    () => new PrivateZone("internal", { deployment: makeGcp(makeApp()), network }),
  );
  expect(get("shop-dev-internal").inputs).toEqual({
    name: "shop-dev-internal",
    dnsName: "shop-dev.internal.",
    description: "Services of shop-dev.",
    visibility: "private",
    privateVisibilityConfig: { networks: [{ networkUrl: "projects/acme-prod/global/networks/shop-dev" }] },
    forceDestroy: false,
    labels: { app: "shop", environment: "dev" },
  });
  expect(result.domain).toBe("shop-dev.internal");
});

describe("a service that others use", () => {
  test("stands behind an internal load balancer that asks for readiness", async () => {
    const { get } = await runService(makeWeb({ timeout: seconds(45) }), { app: { services: caller } });
    expect(get(LOGICAL, BACKEND).inputs).toEqual({
      region: "us-central1",
      loadBalancingScheme: "INTERNAL",
      protocol: "TCP",
      healthChecks: "self:shop-dev-api-ready",
      backends: [{ group: "group:shop-dev-api-us-central1", balancingMode: "CONNECTION" }],
      connectionDrainingTimeoutSec: 45,
      logConfig: { enable: true, sampleRate: 1 },
    });
    expect(get(LOGICAL, RULE).inputs).toEqual({
      region: "us-central1",
      loadBalancingScheme: "INTERNAL",
      ipProtocol: "TCP",
      ports: ["8080"],
      backendService: `self:${LOGICAL}`,
      network: "projects/acme-prod/global/networks/shop-dev",
      subnetwork: "projects/acme-prod/regions/us-central1/subnetworks/shop-dev",
      allowGlobalAccess: true,
      labels: { app: "shop", environment: "dev" },
    });
  });

  test("has a name of its own in the VPC", async () => {
    const { get } = await runService(makeWeb(), { app: { services: caller } });
    expect(get("shop-dev-api-address").inputs).toEqual({
      managedZone: "shop-dev-internal",
      name: "api.shop-dev.internal.",
      type: "A",
      ttl: 30,
      rrdatas: [`address:${LOGICAL}`],
    });
  });

  test("SA-15: is reached in the nearest region that is healthy", async () => {
    const { get } = await runService(makeWeb(), {
      app: { services: caller, regions: ["us-central1", "europe-west1"] },
    });
    const target = (region: string) => ({
      location: region,
      healthCheckedTargets: {
        internalLoadBalancers: [
          {
            loadBalancerType: "regionalL4ilb",
            ipAddress: `address:shop-dev-api-${region}-internal`,
            ipProtocol: "tcp",
            port: "8080",
            networkUrl: "projects/acme-prod/global/networks/shop-dev",
            project: "acme-prod",
            region,
          },
        ],
      },
    });
    const { rrdatas, routingPolicy } = get("shop-dev-api-address").inputs;
    expect(rrdatas).toBeUndefined();
    expect(routingPolicy).toEqual({ geos: [target("us-central1"), target("europe-west1")] });
  });

  test("T2: leaves its names to Pulumi, so that a replacement can stand beside what is in use", async () => {
    const { resources } = await runService(makeWeb(), { app: { services: caller } });
    const named = resources.filter(
      ({ type, inputs }) => type.startsWith("gcp:compute/") && inputs.name !== undefined,
    );
    expect(named).toEqual([]);
  });

  test("gives callers its address; a job waits until it answers", async () => {
    const migrate = makeService({ kind: "job", uses: { api: "read" } });
    const program = await runService(makeWeb(), { app: { services: { ...caller, migrate } } });
    const grant = program.result.grant("web");
    expect(grant).toEqual({
      env: {
        API_URL: "http://api.shop-dev.internal:8080",
        API_HOST: "api.shop-dev.internal",
        API_PORT: "8080",
      },
      secrets: {},
      mounts: [],
      ready: [],
    });
    expect(program.result.grant("migrate").ready).toHaveLength(2);
  });
});

test("a service that nobody uses has no address to pay for", async () => {
  const { resources } = await runService(makeWeb());
  expect(resources.filter(({ type }) => type === RULE || type.startsWith("gcp:dns/"))).toEqual([]);
});

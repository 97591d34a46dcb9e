/** What holds in any simulated cloud: references, quotas, second makings, and what is not seen yet. */
import { describe, expect, it } from "vitest";
import { behaviourOf, behaviours } from "../../rehearsal/behaviours.ts";
import type { Clock } from "../../rehearsal/clock.ts";
import { Cloud, CloudError, NotYet } from "../../rehearsal/cloud.ts";

const google = behaviours({ settings: { project: "acme-prod" } });
const NETWORK = "gcp:compute/network:Network";
const SUBNET = "gcp:compute/subnetwork:Subnetwork";
const RUN = "gcp:cloudrunv2/service:Service";
const ACCOUNT = "gcp:serviceaccount/account:Account";
const POLICY = "gcp:monitoring/alertPolicy:AlertPolicy";
const GRANT = "gcp:projects/iAMMember:IAMMember";

const subnetOf = (network: string) => ({ name: "a", region: "us-east1", network });
const LINK = "https://www.googleapis.com/compute/v1/projects/acme-prod/global/networks/net";

describe("what inputs name", () => {
  it("has to be there, by id and by self link", () => {
    const cloud = new Cloud(google);
    expect(() => cloud.create(SUBNET, "a", subnetOf(LINK))).toThrow(
      `404: ${SUBNET} projects/acme-prod/regions/us-east1/subnetworks/a: network names ${LINK}, which is not there`,
    );
    cloud.create(NETWORK, "net", { name: "net" });
    expect(() => cloud.create(SUBNET, "a", subnetOf(LINK))).not.toThrow();
    expect(() =>
      cloud.create(SUBNET, "b", { ...subnetOf("projects/acme-prod/global/networks/net"), name: "b" }),
    ).not.toThrow();
  });

  it("may belong to others, or have been there before", () => {
    const cloud = new Cloud(google);
    for (const network of [
      "projects/other/global/networks/net",
      "projects/acme-prod/global/networks/default",
    ]) {
      expect(() =>
        cloud.create(SUBNET, network, { ...subnetOf(network), name: network.length }),
      ).not.toThrow();
    }
  });

  it("includes the project's own accounts, not those of Google's services", () => {
    const cloud = new Cloud(google);
    const grant = (member: string) => () => cloud.create(GRANT, member, { role: "r", member });
    expect(grant("serviceAccount:api@acme-prod.iam.gserviceaccount.com")).toThrow("which is not there");
    expect(grant("serviceAccount:service-1@gcp-sa-logging.iam.gserviceaccount.com")).not.toThrow();
    cloud.create(ACCOUNT, "api", { accountId: "api" });
    expect(grant("serviceAccount:api@acme-prod.iam.gserviceaccount.com")).not.toThrow();
  });

  it("is asked for on an update, too", () => {
    const cloud = new Cloud(google);
    cloud.create(NETWORK, "net", { name: "net" });
    const { id } = cloud.create(SUBNET, "a", subnetOf(LINK));
    expect(() => cloud.update(SUBNET, id, "a", subnetOf(`${LINK}-other`))).toThrow(CloudError);
  });
});

describe("a second making", () => {
  it("is refused where names are unique", () => {
    const cloud = new Cloud(google);
    cloud.create(NETWORK, "net", { name: "net" });
    expect(() => cloud.create(NETWORK, "net", { name: "net" })).toThrow("409: ");
  });

  it("makes another where Google chooses the id", () => {
    const cloud = new Cloud(google);
    const [one, other] = [1, 2].map(() => cloud.create(POLICY, "p", { displayName: "p" }));
    expect(one?.id).not.toBe(other?.id);
    expect(other?.outputs).toMatchObject({ id: other?.id, name: other?.id });
    expect(cloud.live).toHaveLength(2);
  });

  it("changes nothing where it sets what is always there", () => {
    const cloud = new Cloud(google);
    const make = () => cloud.create("gcp:projects/service:Service", "run", { service: "run.googleapis.com" });
    expect(make().id).toBe(make().id);
    expect(cloud.live).toHaveLength(1);
  });

  it("gives a container another id, and is refused while the first is there", () => {
    const cloud = new Cloud(behaviourOf("docker"));
    const make = () => cloud.create("docker:index/container:Container", "api", { name: "api", image: "x" });
    const first = make();
    expect(make).toThrow("409: ");
    cloud.delete(first.type, first.id);
    expect(make().id).not.toBe(first.id);
  });
});

describe("a quota", () => {
  const make = (cloud: Cloud, name: string) => () => cloud.create(NETWORK, name, { name });

  it("that is given refuses what goes beyond it", () => {
    const cloud = new Cloud(google, { quotas: { NETWORKS: 1 } });
    expect(make(cloud, "a")).not.toThrow();
    expect(make(cloud, "b")).toThrow("403: quotaExceeded: quota NETWORKS exceeded. Limit: 1 in global");
  });

  it("that is not given is only counted", () => {
    const cloud = new Cloud(google);
    make(cloud, "a")();
    make(cloud, "b")();
    expect(cloud.uses()).toEqual([{ name: "NETWORKS", scope: "global", limit: 15, takes: 1, used: 2 }]);
  });

  it("counts per region where it is one's", () => {
    const cloud = new Cloud(google, { quotas: { RUN_SERVICES: 1 } });
    const service = (location: string) => () => cloud.create(RUN, location, { name: "api", location });
    expect(service("us-east1")).not.toThrow();
    expect(service("us-west1")).not.toThrow();
  });
});

describe("what was just made", () => {
  const clock = { time: 0, now: () => clock.time, sleep: async () => undefined, passes: true };
  const member = "serviceAccount:api@acme-prod.iam.gserviceaccount.com";
  const service = {
    name: "api",
    location: "us-east1",
    template: { serviceAccount: member.split(":")[1] ?? "" },
  };

  it("is not seen for a while, and what leans on it has to wait", () => {
    const cloud = new Cloud(google, { clock: clock as Clock });
    cloud.create(ACCOUNT, "api", { accountId: "api" });
    const { id } = cloud.create(GRANT, "g", { role: "r", member });
    expect(cloud.read(GRANT, id)).toBeUndefined();
    expect(() => cloud.create(RUN, "api", service)).toThrow(NotYet);
    clock.time = 61;
    expect(cloud.read(GRANT, id)?.id).toBe(id);
    expect(() => cloud.create(RUN, "api", service)).not.toThrow();
  });

  it("is seen at once where time does not pass", () => {
    const cloud = new Cloud(google);
    cloud.create(ACCOUNT, "api", { accountId: "api" });
    cloud.create(GRANT, "g", { role: "r", member });
    expect(() => cloud.create(RUN, "api", service)).not.toThrow();
  });
});

it("is copied with what is in it, and goes its own way", () => {
  const cloud = new Cloud(google);
  cloud.create(NETWORK, "net", { name: "net" });
  const copy = cloud.copy();
  copy.create(NETWORK, "other", { name: "other" });
  expect([cloud.live.length, copy.live.length]).toEqual([1, 2]);
});

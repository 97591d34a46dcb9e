import { describe, expect, test } from "vitest";
import { accountIdOf, Identity } from "../../../components/gcp/identity.ts";
import { makeApp, makeService } from "../../helpers/app.ts";
import { makeGcp } from "../../helpers/gcp.ts";
import { answers, resolved } from "../../helpers/gcp-data.ts";
import { runProgram } from "../../helpers/program.ts";

const app = makeApp({ services: { api: makeService() } });
const run = (roles?: readonly string[]) =>
  runProgram(
    () => new Identity("api", { deployment: makeGcp(app), service: "api", ...(roles && { roles }) }),
    { outputs: answers },
  );

describe("an identity (CG-03, SA-18)", () => {
  test("is a service account of its own, without a role", async () => {
    const { resources, result } = await run();
    expect(resources.map(({ type }) => type)).toEqual([
      "atelier:gcp:Identity",
      "gcp:serviceaccount/account:Account",
    ]);
    expect(resources[1]).toMatchObject({
      name: "shop-dev-api",
      parent: "api",
      inputs: {
        accountId: "shop-dev-api",
        displayName: "shop dev: api",
        description: "Is the service; made and granted to by Atelier.",
      },
    });
    expect(await resolved(result.principal)).toBe("serviceAccount:shop-dev-api@acme-prod.iam");
    expect(await resolved(result.email)).toBe("shop-dev-api@acme-prod.iam");
    expect(result.service).toBe("api");
    expect(result.ready).toEqual([]);
  });

  test("has no key (CKV2_GCP_3)", async () => {
    const { resources } = await run(["roles/logging.logWriter"]);
    expect(resources.filter(({ type }) => /key/i.test(type))).toEqual([]);
  });

  test("has the roles that the target names, each as one membership", async () => {
    const { get, result } = await run(["roles/logging.logWriter", "roles/monitoring.metricWriter"]);
    expect(get("shop-dev-api-logging.logWriter")).toMatchObject({
      type: "gcp:projects/iAMMember:IAMMember",
      inputs: {
        project: "acme-prod",
        role: "roles/logging.logWriter",
        member: "serviceAccount:shop-dev-api@acme-prod.iam",
      },
    });
    expect(result.ready).toHaveLength(2);
  });
});

describe("an account's id", () => {
  test.each([
    ["shop", "dev", "api", "shop-dev-api"],
    ["a", "b", "c", "a-b-c--0"],
    ["a", "b", "cd", "a-b-cd"],
  ])("%s %s %s is %s", (name, environment, service, id) => {
    expect(accountIdOf({ name, environment }, service)).toBe(id);
  });

  test("is valid, and each one's own, at the limits of our names", () => {
    const long = { name: "a".repeat(20), environment: "e".repeat(20) };
    const ids = ["p".repeat(30), `${"p".repeat(29)}q`, "p"].map((service) => accountIdOf(long, service));
    for (const id of [...ids, accountIdOf({ name: "a", environment: "b" }, "c")]) {
      expect(id).toMatch(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
    }
    expect(new Set(ids).size).toBe(3);
  });
});

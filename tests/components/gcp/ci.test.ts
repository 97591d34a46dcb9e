import { output, type Resource } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { Ci, conditionOf, differencesOfCi, ROLES, refuseCi } from "../../../components/gcp/ci.ts";
import { Registry } from "../../../components/gcp/registry.ts";
import type { App } from "../../../src/config/model.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { makeApp } from "../../helpers/app.ts";
import { makeGcp } from "../../helpers/gcp.ts";
import { answers, resolved } from "../../helpers/gcp-data.ts";
import { runProgram } from "../../helpers/program.ts";

const github = { repository: "acme/shop", branch: "main" };
const POOL = "gcp:iam/workloadIdentityPool:WorkloadIdentityPool";
const PROVIDER = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider";
const pool = "projects/123/locations/global/workloadIdentityPools/shop-dev-ci-56789012";

const run = (app: App = makeApp(), { instances = false } = {}) =>
  runProgram(
    () => {
      const deployment = makeGcp(app, { github });
      return new Ci("ci", {
        deployment,
        instances,
        registry: new Registry("registry", { deployment }),
        identities: { api: { account: output("projects/acme-prod/serviceAccounts/api@acme-prod.iam") } },
      });
    },
    {
      outputs: (type, name) => ({
        ...answers(type, name),
        ...(type.includes("account:Account") && { uniqueId: "123456789012", name: `accounts/${name}` }),
        ...(type === POOL && { name: pool }),
        ...(type === PROVIDER && { name: `${pool}/providers/github` }),
      }),
    },
  );

describe("workflows sign in without a key (CG-09)", () => {
  test("from one branch of one repository alone (GCP-0068)", async () => {
    const { get } = await run();
    expect(get("ci", PROVIDER).inputs).toEqual({
      workloadIdentityPoolId: "shop-dev-ci-56789012",
      workloadIdentityPoolProviderId: "github",
      displayName: "GitHub Actions",
      attributeMapping: {
        "google.subject": 'assertion.repository_id + "/" + assertion.run_id',
        "attribute.repository": "assertion.repository",
        "attribute.ref": "assertion.ref",
      },
      attributeCondition:
        'assertion.repository == "acme/shop" && assertion.ref == "refs/heads/main" && assertion.event_name != "pull_request_target"',
      oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
      disabled: false,
    });
    expect(get("ci-workflows").inputs).toEqual({
      serviceAccountId: "accounts/shop-dev--deploy",
      role: "roles/iam.workloadIdentityUser",
      member: `principalSet://iam.googleapis.com/${pool}/attribute.repository/acme/shop`,
    });
  });

  test("with a pool whose id is another one each time, because Google keeps those of deleted ones (TPG#14191)", async () => {
    const { get } = await run();
    expect(get("ci", POOL).inputs).toMatchObject({
      workloadIdentityPoolId: "shop-dev-ci-56789012",
      displayName: "shop dev",
      disabled: false,
    });
  });

  test("with a condition that a branch's name can't break out of", () => {
    expect(conditionOf({ repository: "acme/shop", branch: 'x" || true || "' })).toBe(
      'assertion.repository == "acme/shop" && assertion.ref == "refs/heads/x\\" || true || \\"" && assertion.event_name != "pull_request_target"',
    );
  });

  test("and there is no key", async () => {
    const { resources } = await run();
    expect(resources.filter(({ type }) => /serviceaccount\/key/i.test(type))).toEqual([]);
  });
});

describe("the deploy account", () => {
  const rolesIn = (resources: readonly { type: string; inputs: Record<string, unknown> }[]) =>
    resources.flatMap(({ type, inputs }) => (type.includes("projects/iAMMember") ? [inputs.role] : []));

  test("may release on Cloud Run, and nothing more in the project", async () => {
    const { resources } = await run();
    expect(rolesIn(resources)).toEqual(["roles/run.developer"]);
  });

  test("may release on instances", async () => {
    const { resources } = await run(makeApp(), { instances: true });
    expect(rolesIn(resources)).toEqual(["roles/compute.instanceAdmin.v1", "roles/run.developer"]);
  });

  test("pushes images to the app's repository, and to no other", async () => {
    const { get } = await run();
    expect(get("deploy-image-writer").inputs).toEqual({
      location: "us-central1",
      project: "acme-prod",
      repository: "shop-dev",
      role: "roles/artifactregistry.writer",
      member: "serviceAccount:shop-dev--deploy@acme-prod.iam",
    });
  });

  test("may say that a version runs as its service, each account on its own (CKV_GCP_41, GCP-0011)", async () => {
    const { get } = await run();
    expect(get("ci-as-api")).toMatchObject({
      type: "gcp:serviceaccount/iAMMember:IAMMember",
      inputs: {
        serviceAccountId: "projects/acme-prod/serviceAccounts/api@acme-prod.iam",
        role: "roles/iam.serviceAccountUser",
        member: "serviceAccount:shop-dev--deploy@acme-prod.iam",
      },
    });
  });

  test("has no primitive role, and none that manages accounts or grants (CKV_GCP_49, CKV_GCP_117)", () => {
    const roles = Object.values(ROLES).flatMap((of) => Object.keys(of));
    expect(roles.filter((role) => /roles\/(owner|editor|viewer|iam\.|resourcemanager\.)/.test(role))).toEqual(
      [],
    );
  });

  test("has valid ids at the limits of our names", async () => {
    const { resources } = await run(makeApp({ name: "a".repeat(20), environment: "e".repeat(20) }));
    const ids = resources.map(({ inputs }) => inputs);
    const [account] = ids.flatMap(({ accountId }) => accountId ?? []);
    const [made] = ids.flatMap(({ workloadIdentityPoolId }) => workloadIdentityPoolId ?? []);
    expect(account).toMatch(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
    expect(made).toMatch(/^[a-z0-9-]{4,32}$/);
  });
});

test("a workflow gets what it needs to sign in and to push", async () => {
  const { result } = await run();
  const { workloadIdentityProvider, serviceAccount, project, registry } = result.workflow;
  expect(await resolved(workloadIdentityProvider)).toBe(`${pool}/providers/github`);
  expect(await resolved(serviceAccount)).toBe("shop-dev--deploy@acme-prod.iam");
  expect(project).toBe("acme-prod");
  expect(await resolved(registry)).toBe("us-central1-docker.pkg.dev/acme-prod/shop-dev");
});

test("settings without a repository make no such account", async () => {
  const writers = (): Resource => {
    throw new Error("nobody writes");
  };
  await expect(
    runProgram(
      () =>
        new Ci("ci", {
          deployment: makeGcp(makeApp()),
          instances: false,
          registry: { address: output("x"), writers },
          identities: {},
        }),
    ),
  ).rejects.toThrow("The settings name no repository that may deploy.");
});

describe("a branch", () => {
  const refusals = (branch: string) =>
    refuseCi({ github: { repository: "acme/shop", branch } }).map(formatProblem);

  test.each(["main", "release/2026-11", "v1.2", "_x"])("may be %s", (branch) => {
    expect(refusals(branch)).toEqual([]);
  });

  test.each([
    ["refs/heads/main", "settings.github.branch: refs/heads/main is a ref, not a branch; write main"],
    [
      "release/*",
      'settings.github.branch: "release/*" is no branch; a pattern of several can\'t be named; write main for instance',
    ],
    [
      "",
      'settings.github.branch: "" is no branch; a pattern of several can\'t be named; write main for instance',
    ],
    [
      "a..b",
      'settings.github.branch: "a..b" is no branch; a pattern of several can\'t be named; write main for instance',
    ],
  ])("may not be %j", (branch, message) => {
    expect(refusals(branch)).toEqual([message]);
  });

  test("is not asked for where nobody deploys by workflow", () => {
    expect(refuseCi({})).toEqual([]);
  });
});

test("what workflows can't do is said", () => {
  expect(differencesOfCi(makeApp(), {})).toEqual([]);
  expect(differencesOfCi(makeApp(), { github })).toEqual([
    "settings.github: workflows of acme/shop release new versions of shop; what else up would change takes somebody with more rights",
  ]);
});

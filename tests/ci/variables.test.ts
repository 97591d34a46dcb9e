import { expect, it } from "vitest";
import { variableCommands } from "../../src/ci/variables.ts";
import { plain } from "./pipelines.ts";

const workflow = {
  workloadIdentityProvider: "projects/1/locations/global/workloadIdentityPools/ci-1/providers/github",
  serviceAccount: "shop-prod--deploy@acme-prod.iam.gserviceaccount.com",
  project: "acme-prod",
  registry: "us-central1-docker.pkg.dev/acme-prod/shop-prod",
};

it("fills in what the stack says", () => {
  expect(variableCommands(plain, "prod", { workflow, backend: "gs://acme-state" }, "github")).toEqual([
    `gh variable set GCP_WORKLOAD_IDENTITY_PROVIDER --env prod --body '${workflow.workloadIdentityProvider}'`,
    `gh variable set GCP_SERVICE_ACCOUNT --env prod --body '${workflow.serviceAccount}'`,
    `gh variable set GCP_REGISTRY --env prod --body '${workflow.registry}'`,
    "gh variable set PULUMI_BACKEND_URL --env prod --body 'gs://acme-state'",
    "gh secret set PULUMI_CONFIG_PASSPHRASE --env prod",
  ]);
});

it("leaves open what nobody knows, and quotes for the shell", () => {
  const lines = variableCommands(plain, "prod", { workflow: { registry: "it's" } }, "github");
  expect(lines[1]).toBe(
    "gh variable set GCP_SERVICE_ACCOUNT --env prod --body '<the account that releases>'",
  );
  expect(lines[2]).toBe("gh variable set GCP_REGISTRY --env prod --body 'it'\\''s'");
  expect(lines[3]).toBe("gh variable set PULUMI_BACKEND_URL --env prod --body '<gs://bucket of the state>'");
});

it("asks for no passphrase and no backend that are not needed", () => {
  const pipeline = { ...plain, secrets: "kms", backend: true } as const;
  const text = variableCommands(pipeline, "prod", { workflow }, "github").join("\n");
  expect(text).not.toMatch(/PULUMI_/);
});

it("speaks GitLab's command line, with a scope for all previews", () => {
  const [first, , , , last] = variableCommands(plain, "preview", { workflow }, "gitlab");
  expect(first).toBe(
    `glab variable set GCP_WORKLOAD_IDENTITY_PROVIDER --scope 'preview/*' --value '${workflow.workloadIdentityProvider}'`,
  );
  expect(last).toBe(
    "glab variable set PULUMI_CONFIG_PASSPHRASE --scope 'preview/*' --masked --protected < passphrase.txt",
  );
});

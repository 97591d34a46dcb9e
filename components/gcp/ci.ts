import { WorkloadIdentityPool } from "@pulumi/gcp/iam/workloadIdentityPool.js";
import { WorkloadIdentityPoolProvider } from "@pulumi/gcp/iam/workloadIdentityPoolProvider.js";
import { IAMMember } from "@pulumi/gcp/projects/iammember.js";
import { Account } from "@pulumi/gcp/serviceaccount/account.js";
import { IAMMember as AccountMember } from "@pulumi/gcp/serviceaccount/iammember.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  interpolate,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import type { App } from "../../src/config/model.ts";
import type { Problem } from "../../src/config/problem.ts";
import { suggest } from "../../src/config/suggest.ts";
import type { Deployment } from "./deployment.ts";
import { LONGEST, nameOf, shorten } from "./names.ts";
import type { Registry } from "./registry.ts";
import type { GcpSettings } from "./settings.ts";

export interface CiArgs {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
  /** Whether services run on Compute Engine. */
  readonly instances: boolean;
  /** Where the workflow pushes images to. */
  readonly registry: Pick<Registry, "address" | "writers">;
  /** Service → its account, `projects/…/serviceAccounts/…`: whoever releases a version says who it runs as. */
  readonly identities: Readonly<Record<string, { readonly account: Input<string> }>>;
}

type GitHub = NonNullable<GcpSettings["github"]>;

/** Roles in the project, and why. */
export const ROLES: Readonly<Record<"run" | "instances", Readonly<Record<string, string>>>> = {
  run: { "roles/run.developer": "updates services, jobs and worker pools; may not open them to others" },
  instances: {
    "roles/compute.instanceAdmin.v1": "makes instance templates and rolls groups of instances over to them",
    "roles/run.developer": "updates jobs and schedules, which run on Cloud Run",
  },
};

const ISSUER = "https://token.actions.githubusercontent.com";
/** Digits of the account's number. */
const DIGITS = 8;

/** Lets one branch of one GitHub repository release new versions, without a key that could be lost.
 *
 * Costs nothing. GitHub vouches for a workflow, Google takes that for the deploy account's for an hour. The account
 * releases what is there: it pushes images, and updates what runs with them. What it cannot do is make networks,
 * databases, accounts or grants: such changes take somebody's own `up`, and one that comes from a workflow ends there
 * with 403. It reads no secret itself, but the version that it releases reads those of its service: whoever may push
 * to the branch may have them. Its roles hold for everything that runs in the project, so two apps that don't trust
 * each other need two projects. The workflow also needs its state; grant that on the state's own bucket.
 *
 * Google keeps the id of a deleted pool for thirty days (TPG#14191), so the id ends in digits of the account's own
 * number, which is another one each time.
 * @example new Ci("ci", { deployment, instances: false, registry, identities: { api: identity } })
 */
export class Ci extends ComponentResource {
  /** What a workflow puts into google-github-actions/auth, and where its images go. */
  readonly workflow: {
    readonly workloadIdentityProvider: Output<string>;
    readonly serviceAccount: Output<string>;
    readonly project: string;
    readonly registry: Output<string>;
  };

  constructor(name: string, args: CiArgs, opts?: ComponentResourceOptions) {
    super("atelier:gcp:Ci", name, {}, opts);
    const github = githubOf(args.deployment);
    const account = createAccount(this, args.deployment, github);
    const pool = createPool(this, name, args.deployment, account);
    const provider = createProvider(this, name, pool, github);
    admitWorkflows(this, name, { account, pool, github });
    grantRoles(this, name, args, account);
    this.workflow = {
      workloadIdentityProvider: provider.name,
      serviceAccount: account.email,
      project: args.deployment.settings.project,
      registry: args.registry.address,
    };
    this.registerOutputs(this.workflow);
  }
}

function githubOf({ settings: { github } }: Deployment): GitHub {
  if (!github) throw new Error("The settings name no repository that may deploy.");
  return github;
}

function createAccount(parent: Resource, { app }: Deployment, { repository }: GitHub): Account {
  // Two hyphens are refused in the names of services, so none has this account.
  const accountId = nameOf(app, "serviceAccount", "-deploy");
  return new Account(
    accountId,
    {
      accountId,
      displayName: `Releases ${app.name} to ${app.environment}`,
      description: `Workflows of ${repository}.`,
    },
    { parent },
  );
}

function createPool(parent: Resource, name: string, { app }: Deployment, account: Account) {
  const base = shorten(nameOf(app, "identityPool", "ci"), LONGEST.identityPool - DIGITS - 1);
  return new WorkloadIdentityPool(
    name,
    {
      workloadIdentityPoolId: interpolate`${base}-${account.uniqueId.apply((id) => id.slice(-DIGITS))}`,
      displayName: `${app.name} ${app.environment}`.slice(0, 32),
      description: "Workflows that release the app.",
      disabled: false,
    },
    { parent },
  );
}

function createProvider(parent: Resource, name: string, pool: WorkloadIdentityPool, github: GitHub) {
  return new WorkloadIdentityPoolProvider(
    name,
    {
      workloadIdentityPoolId: pool.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: "github",
      displayName: "GitHub Actions",
      attributeMapping: {
        // GitHub's own subject may be longer than the 127 bytes that Google takes.
        "google.subject": 'assertion.repository_id + "/" + assertion.run_id',
        "attribute.repository": "assertion.repository",
        "attribute.ref": "assertion.ref",
      },
      attributeCondition: conditionOf(github),
      oidc: { issuerUri: ISSUER },
      disabled: false,
    },
    { parent },
  );
}

/** Anybody on GitHub has tokens of this issuer. A pull request from a fork may run with the branch as its own ref
 * (pull_request_target); such a run is nobody's release.
 */
export function conditionOf({ repository, branch }: GitHub): string {
  return [
    `assertion.repository == ${JSON.stringify(repository)}`,
    `assertion.ref == ${JSON.stringify(`refs/heads/${branch}`)}`,
    'assertion.event_name != "pull_request_target"',
  ].join(" && ");
}

interface Admission {
  readonly account: Account;
  readonly pool: WorkloadIdentityPool;
  readonly github: GitHub;
}

function admitWorkflows(parent: Resource, name: string, { account, pool, github }: Admission): void {
  new AccountMember(
    `${name}-workflows`,
    {
      serviceAccountId: account.name,
      role: "roles/iam.workloadIdentityUser",
      member: interpolate`principalSet://iam.googleapis.com/${pool.name}/attribute.repository/${github.repository}`,
    },
    { parent },
  );
}

function grantRoles(parent: Resource, name: string, args: CiArgs, account: Account): void {
  const { deployment, instances, registry, identities } = args;
  registry.writers(account.member, "deploy");
  for (const role of Object.keys(ROLES[instances ? "instances" : "run"])) {
    new IAMMember(
      `${name}-${role.replace("roles/", "")}`,
      { project: deployment.settings.project, role, member: account.member },
      { parent },
    );
  }
  for (const [service, identity] of Object.entries(identities)) {
    new AccountMember(
      `${name}-as-${service}`,
      { serviceAccountId: identity.account, role: "roles/iam.serviceAccountUser", member: account.member },
      { parent },
    );
  }
}

/** A branch that git could not have. */
export function refuseCi({ github }: Pick<GcpSettings, "github">): Problem[] {
  if (!github) return [];
  const { branch } = github;
  const path = ["settings", "github", "branch"];
  const short = branch.replace(/^refs\/(heads|tags)\//, "");
  if (short !== branch) {
    return [{ path, what: `${branch} is a ref, not a branch`, remedy: `write ${short}` }];
  }
  if (/^[\w][\w./-]*$/.test(branch) && !/\.\.|\/\/|[./]$|\.lock$/.test(branch)) return [];
  return [
    {
      path,
      what: `${JSON.stringify(branch)} is no branch; a pattern of several can't be named`,
      remedy: `write ${suggest(branch, ["main", "master"]) ?? "main"} for instance`,
    },
  ];
}

/** What a release by workflow can't do, where it is set up. */
export function differencesOfCi(app: App, { github }: Pick<GcpSettings, "github">): string[] {
  if (!github) return [];
  return [
    `settings.github: workflows of ${github.repository} release new versions of ${app.name}; what else up would change takes somebody with more rights`,
  ];
}

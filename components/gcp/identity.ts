import { IAMMember } from "@pulumi/gcp/projects/iammember.js";
import { Account } from "@pulumi/gcp/serviceaccount/account.js";
import { ComponentResource, type ComponentResourceOptions, type Output, type Resource } from "@pulumi/pulumi";
import type { App } from "../../src/config/model.ts";
import type * as contracts from "../contracts/identity.ts";
import type { Deployment } from "./deployment.ts";
import { nameOf } from "./names.ts";

export interface IdentityArgs {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
  /** The service that it is. */
  readonly service: string;
  /** Roles in the project, `roles/logging.logWriter` for instance.
   * @default none
   */
  readonly roles?: readonly string[];
}

/** Who a service is to Google Cloud: a service account of its own, without a key and without any role.
 *
 * Costs nothing. Roles come from whoever has what is used: data, secrets, other services, each for itself alone.
 * What an account needs because of where it runs, `roles` says; none on Cloud Run, which writes logs by itself.
 * @example new Identity("api", { deployment, service: "api" })
 */
export class Identity extends ComponentResource implements contracts.Identity {
  readonly service: string;
  /** `serviceAccount:shop-prod-api@acme-prod.iam.gserviceaccount.com`. */
  readonly principal: Output<string>;
  /** `shop-prod-api@acme-prod.iam.gserviceaccount.com`. */
  readonly email: Output<string>;
  /** `projects/…/serviceAccounts/…`, for grants on the account itself. */
  readonly account: Output<string>;
  /** Grants that must be there before the service starts. */
  readonly ready: readonly Resource[];

  constructor(name: string, args: IdentityArgs, opts?: ComponentResourceOptions) {
    super("atelier:gcp:Identity", name, {}, opts);
    const account = createAccount(this, args);
    this.service = args.service;
    this.principal = account.member;
    this.email = account.email;
    this.account = account.name;
    this.ready = grantRoles(this, args, account);
    this.registerOutputs({});
  }
}

/** Google's shortest. Only app, environment and service of a letter each come to less. */
const SHORTEST = 6;

/** Between six and thirty characters. Two hyphens are refused in the names of services, so none
 * meets the longer form. */
export function accountIdOf(app: Pick<App, "name" | "environment">, service: string): string {
  const id = nameOf(app, "serviceAccount", service);
  return id.length < SHORTEST ? `${id}--0` : id;
}

function createAccount(parent: Resource, { deployment: { app }, service }: IdentityArgs): Account {
  const accountId = accountIdOf(app, service);
  return new Account(
    accountId,
    {
      accountId,
      displayName: `${app.name} ${app.environment}: ${service}`.slice(0, 100),
      description: "Is the service; made and granted to by Atelier.",
    },
    { parent },
  );
}

function grantRoles(parent: Resource, args: IdentityArgs, account: Account): Resource[] {
  const { deployment, service, roles = [] } = args;
  return roles.map(
    (role) =>
      new IAMMember(
        `${accountIdOf(deployment.app, service)}-${role.replace("roles/", "")}`,
        { project: deployment.settings.project, role, member: account.member },
        { parent },
      ),
  );
}

/** By what a firewall knows a service, and which services may go where.
 *
 * On instances that is the service account: nobody changes it without replacing the instance. On Cloud Run it is the
 * network tag: rules for what leaves know tags there, rules for what arrives know neither tags nor accounts
 * (docs.cloud.google.com/run/docs/configuring/vpc-direct-vpc, limitations of Direct VPC egress).
 */
import type { Input } from "@pulumi/pulumi";
import type { Link } from "../../../src/app/links.ts";
import type { App } from "../../../src/config/model.ts";
import type { Deployment } from "../deployment.ts";
import { nameOf } from "../names.ts";

/** Who is on the network, and what they may do there. */
export interface Members {
  readonly deployment: Deployment;
  readonly links: readonly Link[];
  /** Services on instances → their account's e-mail. Everything else runs on Cloud Run. */
  readonly accounts: Readonly<Record<string, Input<string>>>;
}

/** Targets of one rule; Google takes ten accounts or seventy tags. */
export type Target = { readonly targetServiceAccounts: Input<string>[] } | { readonly targetTags: string[] };

const MOST_ACCOUNTS = 10;
const MOST_TAGS = 70;

export const tagOf = (app: Pick<App, "name" | "environment">, service: string): string =>
  nameOf(app, "compute", service);

export const onInstance = ({ accounts }: Pick<Members, "accounts">, service: string): boolean =>
  Object.hasOwn(accounts, service);

/** As many groups of targets as the services make, accounts apart from tags.
 * @param tags of what is no service: setup jobs
 */
export function targetsOf(
  members: Members,
  services: readonly string[],
  tags: readonly string[] = [],
): Target[] {
  const { app } = members.deployment;
  const accounts = services.flatMap((service) =>
    onInstance(members, service) ? [members.accounts[service] ?? ""] : [],
  );
  const others = services.filter((service) => !onInstance(members, service));
  const allTags = [...new Set([...others.map((service) => tagOf(app, service)), ...tags])];
  return [
    ...chunks(accounts, MOST_ACCOUNTS).map((targetServiceAccounts) => ({ targetServiceAccounts })),
    ...chunks(allTags, MOST_TAGS).map((targetTags) => ({ targetTags })),
  ];
}

/** Services that use a part, in the order of the app. */
export function usersOf({ links }: Pick<Members, "links">, part: string): string[] {
  return links.flatMap((link) => (link.type === "use" && link.to === part ? [link.from] : []));
}

export function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}

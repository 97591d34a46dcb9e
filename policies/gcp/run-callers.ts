/** Who calls Cloud Run, and under which account it runs: what only all resources together can say. */
import type { LinkedResource, Violation } from "../rule.ts";
import { isUnknown, shown, text, texts } from "../values.ts";
import { SERVICE, templateOf } from "./run-template.ts";

const ANYONE = /^all(Authenticated)?Users$/;

const INTERNAL = "INGRESS_TRAFFIC_INTERNAL_ONLY";

/** Who may call everybody else's services is nobody's; of ours, what answers inside the network alone. A service that
 * the whole internet reaches is `gcp-run-ingress`.
 */
export function openInvokers(resources: readonly LinkedResource[]): Violation[] {
  const services = resources.filter(({ type }) => type === SERVICE);
  const answersAnyone = ({ type, inputs: { name, location } }: LinkedResource) =>
    type.includes("/serviceIam") &&
    (isUnknown(name) ||
      services.some(
        ({ inputs }) =>
          inputs.name === name &&
          (location === undefined || isUnknown(location) || inputs.location === location) &&
          inputs.ingress !== INTERNAL,
      ));
  const granted = resources.flatMap((resource): Violation[] => {
    const { type, inputs } = resource;
    const who = [text(inputs.member), ...texts(inputs.members)].find((member) => ANYONE.test(member));
    return /Iam(Member|Binding)$/i.test(type) && who && !answersAnyone(resource)
      ? [{ resource, message: `${who} may call ${shown(inputs.name ?? inputs.service)}` }]
      : [];
  });
  const unguarded = services
    .filter(({ inputs }) => inputs.invokerIamDisabled === true && inputs.ingress === INTERNAL)
    .map((resource) => ({ resource, message: "invokerIamDisabled is true: nobody is asked who they are" }));
  return [...granted, ...unguarded];
}

/** One service in several regions is one service: they have the same name. */
export function sharedAccounts(resources: readonly LinkedResource[]): Violation[] {
  const users = new Map<string, LinkedResource[]>();
  for (const resource of resources) {
    const account = text(templateOf(resource).serviceAccount);
    if (account !== "") users.set(account, [...(users.get(account) ?? []), resource]);
  }
  return [...users].flatMap(([account, all]) => {
    const names = [...new Set(all.map(({ inputs, name }) => text(inputs.name) || name))];
    const [, second] = names;
    const resource = all.find(({ inputs, name }) => (text(inputs.name) || name) === second);
    return resource ? [{ resource, message: `${account} is also the account of ${names[0]}` }] : [];
  });
}

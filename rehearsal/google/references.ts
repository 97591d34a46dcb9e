/** What Google's resources name in one another, and refuse to be made without. */
import type { Made, Reference } from "../behaviour.ts";
import { isMap, type Properties, textsIn, type Value } from "../values.ts";
import { type Named, text } from "./ids.ts";
import { isGrant } from "./times.ts";

/** Collections that a deployment makes for itself. Secrets, keys, zones and images may have been there before it, so that
 * to name one proves nothing.
 */
const OWN = [
  "addresses",
  "backendBuckets",
  "backendServices",
  "certificateMaps",
  "firewallPolicies",
  "healthChecks",
  "instanceGroups",
  "instanceTemplates",
  "networkEndpointGroups",
  "networks",
  "securityPolicies",
  "sslPolicies",
  "subnetworks",
  "targetHttpProxies",
  "targetHttpsProxies",
  "urlMaps",
];

const LINK = "https://www.googleapis.com/compute/v1/";
const SQL = "gcp:sql/databaseInstance:DatabaseInstance";

/** Input that carries another's plain name → whose it is. */
const BY_NAME: Readonly<Record<string, readonly [input: string, collection: string]>> = {
  "gcp:sql/database:Database": ["instance", SQL],
  "gcp:sql/user:User": ["instance", SQL],
};

/** @returns every text that has to lead to something that is there */
export function referencesOf(type: string, inputs: Properties, { project }: Named): Reference[] {
  const links = Object.entries(inputs).flatMap(([input, value]) =>
    textsIn(value)
      .filter((one) => isOwnLink(one, project))
      .map((names) => ({ input, names })),
  );
  const [input, collection] = BY_NAME[type] ?? [];
  const named = input === undefined ? undefined : text(inputs[input]);
  const byName = input && named !== undefined ? [{ input, names: `${collection} ${named}` }] : [];
  return [...links, ...byName, ...accountsIn(type, inputs, project)];
}

function isOwnLink(one: string, project: string): boolean {
  const path = one.startsWith(LINK) ? one.slice(LINK.length) : one;
  if (!path.startsWith(`projects/${project}/`)) return false;
  const collection = path.split("/").at(-2) ?? "";
  // `default` is what every project begins with.
  return OWN.includes(collection) && !path.endsWith("/default");
}

/** The project's own accounts, not those of Google's services. */
function accountsIn(type: string, inputs: Properties, project: string): Reference[] {
  const end = `@${project}.iam.gserviceaccount.com`;
  const inMember = isGrant(type) ? [["member", text(inputs.member)] as const] : [];
  const runsAs = [["template", runner(inputs)] as const];
  return [...inMember, ...runsAs].flatMap(([input, one]) => {
    const email = one?.replace(/^serviceAccount:/, "");
    return email?.endsWith(end) ? [{ input, names: email }] : [];
  });
}

/** Account that a service, a job or a machine runs as. */
export function runner(inputs: Properties): string | undefined {
  const { template, serviceAccount } = inputs;
  const inner = isMap(template) && isMap(template.template) ? template.template : template;
  return emailIn(isMap(inner) ? inner.serviceAccount : undefined) ?? emailIn(serviceAccount);
}

const emailIn = (value: Value | undefined): string | undefined =>
  isMap(value) ? text(value.email) : text(value);

/** Texts by which others name a resource, beside its id. */
export function namesOf(type: string, outputs: Properties): readonly string[] {
  const { selfLink, selfLinkUnique, email, instanceGroup, name } = outputs;
  const byName = type === SQL && typeof name === "string" ? [`${SQL} ${name}`] : [];
  return [
    ...[selfLink, selfLinkUnique, email, instanceGroup].filter((one) => typeof one === "string"),
    ...byName,
  ];
}

const RUNS: ReadonlySet<string> = new Set([
  "gcp:cloudrunv2/job:Job",
  "gcp:cloudrunv2/service:Service",
  "gcp:cloudrunv2/workerPool:WorkerPool",
]);

/** A revision does not start before what its account was granted holds: its secrets could not be read. */
export function leansOn(type: string, inputs: Properties, other: Made): boolean {
  if (!RUNS.has(type) || !isGrant(other.type)) return false;
  const account = runner(inputs);
  return account !== undefined && text(other.inputs.member) === `serviceAccount:${account}`;
}

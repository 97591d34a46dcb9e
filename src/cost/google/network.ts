/** Load balancers, address translation, firewall and names. */
import type { PlannedResource } from "../../plan/model.ts";
import { HOURS, LOOKUPS, OBJECT, OUTSIDE } from "../assumptions.ts";
import { at, type Estimator, listIn, numberIn, type Scene, type Seen, textIn } from "../estimator.ts";
import type { Draft, Range } from "../model.ts";
import type { GoogleSku } from "../prices/google.ts";
import { atMost, fixed, plus, sum, times } from "../range.ts";
import {
  counted,
  GROUP,
  groupInstances,
  RUN_SERVICE,
  runInstances,
  WORKER_POOL,
  workerInstances,
} from "./instances.ts";

type Lines = readonly Draft<GoogleSku>[];

/** Five rules cost as much as one. */
const FIRST_RULES = 5;

/** The charge of a rule: the first of a region carries that of five. */
function ruleCharge({ resource, inputs }: Seen, scene: Scene): Lines {
  const region = textIn(inputs.region);
  const alike = scene.ofType(resource.type).filter((other) => textIn(other.inputs.region) === region);
  const position = alike.findIndex(({ urn }) => urn === resource.urn);
  const quantity = fixed(HOURS);
  const many = `${alike.length} forwarding rule${alike.length === 1 ? "" : "s"}`;
  if (position === 0)
    return [{ sku: "network.balancer", what: `${many}, five or fewer cost as one`, quantity }];
  return position < FIRST_RULES ? [] : [{ sku: "network.rule", what: "one more rule", quantity }];
}

/** What comes and goes through the load balancer counts with its first rule for HTTPS. */
export const globalRule: Estimator<GoogleSku> = (seen, scene) => {
  const first = scene.ofType(seen.resource.type).find(({ inputs }) => inputs.portRange === "443");
  if (first?.urn !== seen.resource.urn) return ruleCharge(seen, scene);
  const { answers, received, uploads } = scene.traffic;
  return [
    ...ruleCharge(seen, scene),
    {
      sku: "network.balanced",
      what: "requests and answers through the load balancer",
      quantity: sum([answers, received, uploads]),
    },
    { sku: "network.egress", what: "answers to users", quantity: answers },
  ];
};

/** An inner load balancer of one service. */
export const regionalRule: Estimator<GoogleSku> = (seen, scene) => {
  const { answers, received } = scene.traffic;
  const quantity = plus(answers, received);
  const region = textIn(seen.inputs.region);
  return [
    ...ruleCharge(seen, scene),
    { sku: "network.balanced", what: "calls between services", quantity, region },
  ];
};

/** A gateway's charge stops growing at this many machines. */
const MOST_MACHINES = 32;

/** Every instance whose traffic leaves by the network counts as a machine. */
export const nat: Estimator<GoogleSku> = ({ inputs, resource }, scene) => {
  const region = textIn(inputs.region);
  const gateways = scene.ofType(resource.type).length;
  const machines = atMost(machinesIn(region, scene), MOST_MACHINES);
  const outside = Object.values(scene.app.services).filter(({ egress }) => egress.length > 0).length;
  return [
    {
      sku: "network.nat",
      what: `${counted(machines)} machines behind the gateway`,
      quantity: times(machines, HOURS),
    },
    {
      sku: "network.nat.data",
      what: "calls to egress hosts",
      quantity: times(scene.traffic.requests, (outside * OUTSIDE) / gateways),
    },
    { sku: "network.address", what: "its address", quantity: fixed(HOURS) },
  ];
};

function machinesIn(region: string, scene: Scene): Range {
  const here = (type: string, key: string) =>
    scene.ofType(type).filter(({ inputs }) => textIn(inputs[key]) === region);
  const seen = (resource: PlannedResource): Seen => {
    const part = scene.partOf(resource);
    return { resource, inputs: resource.inputs, part, service: scene.app.services[part.name] };
  };
  return sum([
    ...here(RUN_SERVICE, "location")
      .filter(({ inputs }) => at(inputs.template, "vpcAccess") !== undefined)
      .map((resource) => runInstances(seen(resource), scene)),
    ...here(WORKER_POOL, "location").map((resource) => workerInstances(seen(resource))),
    ...here(GROUP, "region").map((resource) => groupInstances(seen(resource), scene)),
  ]);
}

/** The rule that takes all that is left has no charge. */
const DEFAULT_PRIORITY = 2_147_483_647;

export const securityPolicy: Estimator<GoogleSku> = ({ inputs }, { traffic }) => {
  const rules = listIn(inputs.rules).filter((rule) => numberIn(at(rule, "priority")) !== DEFAULT_PRIORITY);
  const media = inputs.type === "CLOUD_ARMOR_EDGE";
  const requests = media ? times(traffic.media, 1 / OBJECT) : traffic.requests;
  return [
    { sku: "armor.policy", what: "a policy", quantity: fixed(1) },
    { sku: "armor.rule", what: `${rules.length} rules`, quantity: fixed(rules.length) },
    { sku: "armor.requests", what: "requests looked at", quantity: requests },
  ];
};

export const zone: Estimator<GoogleSku> = ({ inputs }, { traffic }) => [
  { sku: "dns.zone", what: textIn(inputs.dnsName), quantity: fixed(1) },
  ...(inputs.visibility === "private"
    ? []
    : [{ sku: "dns.queries", what: "names asked for", quantity: times(traffic.requests, LOOKUPS) } as const]),
];

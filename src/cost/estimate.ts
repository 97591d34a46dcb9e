/** A plan and an app → what they cost a month. Pure: no network, no clock, no files. */
import { type Properties, reveal } from "../../rehearsal/values.ts";
import type { App } from "../config/model.ts";
import type { Plan, PlannedResource } from "../plan/model.ts";
import { type Part, partsOf } from "../plan/parts.ts";
import { aiCost } from "./ai.ts";
import { SENTENCES } from "./assumptions.ts";
import { docker, hostLines } from "./docker.ts";
import type { Cloud, Scene, Seen } from "./estimator.ts";
import { freeLines } from "./free-amounts.ts";
import { google } from "./google/index.ts";
import type { Draft, Estimate, Line, PartCost, Range } from "./model.ts";
import { plus, sum, times, ZERO } from "./range.ts";
import { trafficOf } from "./traffic.ts";

/** Every provider whose resources an estimate knows. AWS and Kubernetes join here. */
const CLOUDS: readonly Cloud[] = [
  google,
  docker,
  nothingOf("docker-build", "images are built where atelier runs"),
  nothingOf("pulumi", "providers cost nothing"),
];

export interface EstimateOptions {
  /** What the machine costs a month, where the app runs on a host of one's own. */
  readonly host?: number;
}

export function estimate(plan: Plan, app: App, options: EstimateOptions = {}): Estimate {
  const scene = sceneOf(plan, app);
  const free: Record<string, string> = {};
  const unpriced: string[] = [];
  const assumptions = new Set(SENTENCES);
  const resources = scene.plan.resources.filter(({ custom }) => custom);
  const counted = resources.flatMap((resource): Line[] => {
    const { lines = [], nothing, missing, assumed = [] } = linesOf(resource, scene);
    if (nothing !== undefined) free[resource.type] = nothing;
    if (missing !== undefined) unpriced.push(missing);
    for (const sentence of assumed) assumptions.add(sentence);
    return lines.filter(({ quantity }) => quantity.high !== 0);
  });
  const onHost = resources.some(({ type }) => type.startsWith("docker:"));
  const ai = aiCost(app);
  const host = onHost ? hostLines(plan, app, options.host) : [];
  const infrastructure = [...counted, ...freeLines(counted, priceOf), ...host];
  for (const sentence of ai.assumptions) assumptions.add(sentence);
  const lines = [...infrastructure, ...ai.lines];
  const dollars = (some: readonly Line[]) => sum(some.map((line) => line.dollars));
  return {
    app: plan.subject.app,
    environment: plan.subject.environment,
    target: plan.subject.target,
    lines,
    infrastructure: dollars(infrastructure),
    ai: ai.providers,
    total: dollars(lines),
    parts: byPart(lines),
    free,
    unpriced: [...unpriced, ...ai.unpriced],
    assumptions: [...assumptions],
  };
}

function nothingOf(name: string, others: string): Cloud {
  return { package: name, prices: {}, priceIn: () => ({ usd: 0 }), estimators: {}, free: {}, others };
}

function sceneOf(plan: Plan, app: App): Scene {
  const resources = plan.resources.map((resource) => ({
    ...resource,
    inputs: reveal(resource.inputs) as Properties,
  }));
  const open: Plan = { ...plan, resources };
  const types = Map.groupBy(resources, ({ type }) => type);
  return {
    app,
    plan: open,
    traffic: trafficOf(app),
    partOf: partsOf(open),
    ofType: (type) => types.get(type) ?? [],
  };
}

interface Answer {
  readonly lines?: Line[];
  readonly nothing?: string;
  readonly missing?: string;
  readonly assumed?: string[];
}

function linesOf(resource: PlannedResource, scene: Scene): Answer {
  const { type, name } = resource;
  const cloud = CLOUDS.find(({ package: own }) => type.startsWith(`${own}:`));
  const part = scene.partOf(resource);
  const estimator = cloud && Object.hasOwn(cloud.estimators, type) ? cloud.estimators[type] : undefined;
  if (!cloud || !estimator) {
    const reason = cloud && Object.hasOwn(cloud.free, type) ? cloud.free[type] : cloud?.others;
    return reason === undefined
      ? { missing: `${type} ${name}: nobody counts this type` }
      : { nothing: reason };
  }
  const drafts = estimator(seenOf(resource, part, scene), scene);
  if ("unpriced" in drafts) return { missing: `${type} ${name}: ${drafts.unpriced}` };
  const priced = drafts.map((draft) => priceLine(cloud, resource, part, draft));
  return {
    lines: priced.map(({ line }) => line),
    assumed: priced.flatMap(({ assumed }) => (assumed === undefined ? [] : [assumed])),
  };
}

function seenOf(resource: PlannedResource, part: Part, { app }: Scene): Seen {
  const service = Object.hasOwn(app.services, part.name) ? app.services[part.name] : undefined;
  return { resource, inputs: resource.inputs, part, service };
}

function priceLine(cloud: Cloud, { urn, name }: PlannedResource, part: Part, draft: Draft) {
  const { sku, what, quantity, region } = draft;
  const price = cloud.prices[sku];
  if (!price) throw new Error(`src/cost: ${cloud.package} has no price ${sku}`);
  const { usd, assumed } = cloud.priceIn(sku, region);
  const unitPrice = usd * (draft.times ?? 1);
  const line: Line = {
    urn,
    resource: name,
    part,
    sku,
    what,
    quantity,
    unit: price.unit,
    unitPrice,
    dollars: times(quantity, unitPrice),
    source: price.source,
  };
  return { line, ...(assumed !== undefined && { assumed }) };
}

const priceOf = (sku: string) => CLOUDS.map(({ prices }) => prices[sku]).find((price) => price !== undefined);

/** Kind and name of a part in one word, for maps. */
const keyOf = ({ kind, name }: Part): string => `${kind} ${name}`;

function byPart(lines: readonly Line[]): PartCost[] {
  const totals = new Map<string, { part: Part; dollars: Range }>();
  for (const { part, dollars } of lines) {
    const key = keyOf(part);
    totals.set(key, { part, dollars: plus(totals.get(key)?.dollars ?? ZERO, dollars) });
  }
  return [...totals.values()].sort((a, b) => b.dollars.expected - a.dollars.expected);
}

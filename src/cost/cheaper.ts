/** One cheaper choice for an app that is over its budget: a change of app.yaml whose saving was planned, not guessed. */
import type { App, Postgres, Service } from "../config/model.ts";
import { formatBytes, formatCpu } from "../config/parse.ts";
import { bytes, cores } from "../config/units.ts";
import type { Overrun } from "./budget.ts";
import type { Estimate, PartCost } from "./model.ts";
import { dollarsOf } from "./money.ts";
import { PROVIDERS } from "./prices/ai.ts";

export interface Choice {
  /** As for `--set`: `data.db.highAvailability=false`. */
  readonly set: readonly string[];
  /** What it gives up. */
  readonly but: string;
}

export interface Cheaper extends Choice {
  /** Dollars of an ordinary month. */
  readonly saves: number;
  /** Whether the budget is kept with it. */
  readonly enough: boolean;
}

/** Plans the app with a choice and estimates it; undefined where the target or the app's rules refuse it. */
export type Try = (set: readonly string[]) => Promise<Estimate | undefined>;

/** The choice that saves most, among those for what is dearest; undefined when none saves anything. */
export async function cheaperChoice(
  app: App,
  estimate: Estimate,
  overrun: Overrun,
  attempt: Try,
): Promise<Cheaper | undefined> {
  const costOf = (one: Estimate) =>
    overrun.provider === undefined ? one.infrastructure.expected : (one.ai[overrun.provider]?.expected ?? 0);
  const before = costOf(estimate);
  let best: Cheaper | undefined;
  for (const choice of choicesFor(app, overrun)) {
    const after = await attempt(choice.set);
    const saves = after ? before - costOf(after) : 0;
    if (saves > (best?.saves ?? CENT)) best = { ...choice, saves, enough: before - saves <= overrun.limit };
  }
  return best;
}

const CENT = 0.01;

/** `set services.api.scale.min=1: saves $274 a month; but …` */
export function cheaperLine({ set, but, saves, enough }: Cheaper): string {
  const kept = enough ? "which keeps the budget" : "which is not enough alone";
  return `cheaper: ${set.map((one) => `--set ${one}`).join(" ")} saves ${dollarsOf(saves)} a month, ${kept}; ${but}`;
}

function choicesFor(app: App, { provider, items }: Overrun): Choice[] {
  if (provider !== undefined) return modelChoices(app, provider);
  const parts = items.flatMap((cost) => choicesOfPart(app, cost));
  const [first, ...more] = app.regions;
  if (first === undefined || more.length === 0) return parts;
  return [...parts, { set: [`regions=[${first}]`], but: `nothing runs in ${more.join(", ")} any more` }];
}

function choicesOfPart({ services, data }: App, { part: { name } }: PartCost): Choice[] {
  const service = Object.hasOwn(services, name) ? services[name] : undefined;
  const kept = Object.hasOwn(data, name) ? data[name] : undefined;
  if (service) return serviceChoices(name, service);
  if (kept?.kind === "postgres") return [...standbyChoice(name, kept), ...smallerDatabase(name, kept)];
  return kept?.kind === "redis" ? standbyChoice(name, kept) : [];
}

function serviceChoices(name: string, { scale, cpu, memory }: Service): Choice[] {
  const key = `services.${name}`;
  const fewer = [0, 1].filter((min) => min < scale.min);
  return [
    ...fewer.map((min) => ({
      set: [`${key}.scale.min=${min}`],
      but:
        min === 0 ? "the first request after a pause waits for a start" : "one instance alone has no spare",
    })),
    {
      set: [
        `${key}.cpu=${formatCpu(cores(cpu / 2))}`,
        `${key}.memory=${formatBytes(bytes(memory / 2))}`,
        `${key}.reserve=null`,
      ],
      but: "measure first whether half the size is enough",
    },
  ];
}

function standbyChoice(name: string, { highAvailability }: { readonly highAvailability: boolean }): Choice[] {
  if (!highAvailability) return [];
  return [
    { set: [`data.${name}.highAvailability=false`], but: "an outage of its zone is an outage of the app" },
  ];
}

function smallerDatabase(name: string, { cpu, memory }: Postgres): Choice[] {
  const key = `data.${name}`;
  return [
    {
      set: [`${key}.cpu=${formatCpu(cores(cpu / 2))}`, `${key}.memory=${formatBytes(bytes(memory / 2))}`],
      but: "measure first whether half the size is enough",
    },
  ];
}

/** The cheapest model that writes answers, for every service that calls the provider. */
function modelChoices({ services }: App, provider: string): Choice[] {
  const [host, found] = Object.entries(PROVIDERS).find(([, { name }]) => name === provider) ?? [];
  if (host === undefined || !found) return [];
  const writing = Object.entries(found.models).filter(([model]) => !model.includes("embedding"));
  const [cheapest] = writing.sort(([, a], [, b]) => a.output - b.output);
  const callers = Object.entries(services).filter(([, { egress }]) => egress.includes(host));
  if (!cheapest || callers.length === 0) return [];
  const variable = `${provider.toUpperCase()}_MODEL`;
  return [
    {
      set: callers.map(([service]) => `services.${service}.env.${variable}=${cheapest[0]}`),
      but: "its answers may be worse, and the service has to read that variable",
    },
  ];
}

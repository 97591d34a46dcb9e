/** What AI providers are paid, in PromQL: from a metric that counts dollars, else from one that counts tokens. */
import type { App } from "../../src/config/model.ts";
import { type Declared, labelOf, metricsOf } from "./roles.ts";

/** List prices in dollars per million tokens, from https://openai.com/api/pricing. A model that is not listed
 * counts at the highest price, so that an alarm comes early rather than late.
 */
export const AI_PRICES = {
  date: "2025-08",
  models: {
    "gpt-4o": { input: 2.5, output: 10 },
    "gpt-4o-mini": { input: 0.15, output: 0.6 },
    "gpt-4-turbo": { input: 10, output: 30 },
    "gpt-4": { input: 30, output: 60 },
    "gpt-3.5-turbo": { input: 0.5, output: 1.5 },
    "text-embedding-3-small": { input: 0.02, output: 0.02 },
    "text-embedding-3-large": { input: 0.13, output: 0.13 },
  },
} as const;

const HIGHEST = 60;
/** Models are billed under names with a date: `gpt-4o-2024-08-06`. */
const DATED = "(-[0-9].*)?";
const OUTPUT = "output|completion|generated";

export interface SpendQuery {
  readonly expr: string;
  readonly from: "dollars" | "tokens";
}

/** Dollars that a provider was paid in a window such as `1d`. Absent when no service declares what it would take. */
export function spendQuery(app: App, provider: string, window: string): SpendQuery | undefined {
  const dollars = metricsOf(app, "spend");
  if (dollars.length > 0) {
    return { from: "dollars", expr: dollars.map((each) => inDollars(each, provider, window)).join(" + ") };
  }
  const tokens = metricsOf(app, "tokens").filter(({ metric }) => metric.labels.includes("model"));
  if (tokens.length === 0) return undefined;
  return { from: "tokens", expr: tokens.flatMap((each) => inTokens(each, window)).join(" + ") };
}

function inDollars(declared: Declared, provider: string, window: string): string {
  const label = labelOf(declared, ["provider", "vendor"]);
  return `sum(increase(${declared.name}${label ? `{${label}="${provider}"}` : ""}[${window}]))`;
}

function inTokens(declared: Declared, window: string): string[] {
  const type = labelOf(declared, ["type", "kind", "direction"]);
  const cost = (matcher: string, perMillion: number) =>
    `(sum(increase(${declared.name}{${matcher}}[${window}])) * ${perMillion} / 1e6 or vector(0))`;
  const models = Object.entries(AI_PRICES.models);
  const listed = models.flatMap(([model, { input, output }]) => {
    const named = `model=~"${model}${DATED}"`;
    return type
      ? [cost(`${named}, ${type}!~"${OUTPUT}"`, input), cost(`${named}, ${type}=~"${OUTPUT}"`, output)]
      : [cost(named, output)];
  });
  return [...listed, cost(`model!~"${models.map(([model]) => model + DATED).join("|")}"`, HIGHEST)];
}

/** A daily limit that nobody could watch, because no service says what it spends. */
export function unmeasuredBudgets(app: App): string[] {
  return Object.keys(app.budget?.ai ?? {})
    .filter((provider) => !spendQuery(app, provider, "1d"))
    .map(
      (provider) =>
        `budget.${provider}.daily: nobody watches it, because no service declares a metric of dollars or tokens`,
    );
}

/** What AI providers are paid for tokens. */
import type { App } from "../config/model.ts";
import { READ_TOKENS } from "./assumptions.ts";
import type { Line, Range } from "./model.ts";
import { PROVIDERS, type Provider } from "./prices/ai.ts";
import { times } from "./range.ts";
import { trafficOf } from "./traffic.ts";

export interface AiCost {
  readonly lines: readonly Line[];
  /** Provider → dollars. */
  readonly providers: Readonly<Record<string, Range>>;
  readonly unpriced: readonly string[];
  readonly assumptions: readonly string[];
}

interface Caller {
  readonly service: string;
  readonly provider: Provider;
  /** As the service's environment says it. */
  readonly model: string | undefined;
}

/** Tokens are shared evenly by the services that may call a provider. The model is what the environment variable
 * `<PROVIDER>_MODEL` of the service says, `OPENAI_MODEL` for instance; a date behind its name is left out.
 */
export function aiCost(app: App): AiCost {
  const callers = callersIn(app);
  const share = 1 / Math.max(callers.length, 1);
  const counted = callers.map((caller) => ({ caller, line: lineOf(app, caller, share) }));
  const providers: Record<string, Range> = {};
  for (const { caller, line } of counted) {
    if (line) providers[caller.provider.name] = add(providers[caller.provider.name], line.dollars);
  }
  return {
    lines: counted.flatMap(({ line }) => (line ? [line] : [])),
    providers,
    unpriced: counted.flatMap(({ caller, line }) => (line ? [] : [unknown(caller)])),
    assumptions: callers.flatMap(assumed),
  };
}

const add = (known: Range | undefined, more: Range): Range =>
  known
    ? {
        low: known.low + more.low,
        expected: known.expected + more.expected,
        high: known.high + more.high,
      }
    : more;

function callersIn({ services }: Pick<App, "services">): Caller[] {
  return Object.entries(services).flatMap(([service, { egress, env }]) =>
    egress.flatMap((written): Caller[] => {
      const host = written.replace(/:\d+$/, "");
      const provider = Object.hasOwn(PROVIDERS, host) ? PROVIDERS[host] : undefined;
      return provider ? [{ service, provider, model: env[variableOf(provider)] }] : [];
    }),
  );
}

const variableOf = ({ name }: Provider) => `${name.toUpperCase()}_MODEL`;

function lineOf(app: App, { service, provider, model }: Caller, share: number): Line | undefined {
  const name = model ?? provider.usual;
  const price = Object.hasOwn(provider.models, undated(name)) ? provider.models[undated(name)] : undefined;
  if (!price) return undefined;
  const perToken = (READ_TOKENS * price.input + (1 - READ_TOKENS) * price.output) / 1e6;
  const quantity = times(trafficOf(app).tokens, share);
  return {
    urn: "",
    resource: provider.name,
    part: { kind: "AI", name: provider.name },
    sku: `ai.${provider.name}.${undated(name)}`,
    what: `${service}: tokens of ${name}`,
    quantity,
    unit: "token",
    unitPrice: perToken,
    dollars: times(quantity, perToken),
    source: provider.source,
  };
}

/** `gpt-4o-2024-08-06` → `gpt-4o`. */
const undated = (model: string): string => model.replace(/-\d{4}-?\d{2}-?\d{2}$/, "");

const unknown = ({ service, provider, model }: Caller): string =>
  `services.${service}: no price is known for ${provider.name}'s model ${model}; known: ${Object.keys(provider.models).join(", ")}`;

function assumed({ service, provider, model }: Caller): string[] {
  if (model !== undefined) return [];
  return [
    `services.${service} does not say ${variableOf(provider)}: its tokens count as ${provider.usual}'s`,
  ];
}

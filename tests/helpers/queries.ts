/** Whether every panel and every alert rule has data in a running Prometheus.
 *
 * A panel has data when its query answers with at least one number. An alert's query answers with nothing while all
 * is well, so there the parser takes it apart: each metric that it names must have series with the labels that it
 * asks for. Where it picks a value that only trouble brings (`status=~"5.."`), the label must be there, not the
 * value.
 */
import { type Dashboard, plainQuery } from "../../components/monitoring/dashboard.ts";
import { type Matcher, parseQuery, type Selector } from "../../components/monitoring/promql.ts";
import type { RuleGroup } from "../../components/monitoring/rules.ts";

export interface QueryProblem {
  /** `API / Services / Error rate`, or `rule services / ServiceDown`. */
  readonly where: string;
  readonly query: string;
  readonly problem: string;
  /** What must happen before there can be data; absent where there should be some at any time. */
  readonly waitsFor?: string;
}

/** Metrics without a series before something happens for the first time. */
const BEGINS_WITH: Readonly<Record<string, string>> = {
  atelier_watchdog_restarts_total: "a restart by the watchdog",
  atelier_cron_last_success_timestamp_seconds: "a run of a cron service",
  atelier_cron_last_exit_code: "a run of a cron service",
  atelier_cron_runs_total: "a run of a cron service",
  waf_attacks_total: "an attack",
};

interface Asked {
  readonly where: string;
  readonly query: string;
  readonly isRule: boolean;
}

type Sample = {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
};
type Ask = (query: string) => Promise<readonly Sample[]>;

/** Labels whose value says whom a rule is about; the others may say what went wrong. */
const WHOM = ["job", "index", "service"];
const AT_ONCE = 8;

/** Empty when everything has data. `url` is that of Prometheus with its path: `http://localhost:9090/prometheus`.
 * `options` go into every request, for instance a login.
 */
export async function checkQueries(
  url: string,
  dashboards: readonly Dashboard[],
  rules: readonly RuleGroup[],
  options: RequestInit = {},
): Promise<QueryProblem[]> {
  const ask: Ask = (query) => askPrometheus(url, query, options);
  const problems: QueryProblem[] = [];
  const left = [...panelQueries(dashboards), ...ruleQueries(rules)];
  while (left.length > 0) {
    const found = await Promise.all(left.splice(0, AT_ONCE).map((asked) => problemWith(asked, ask)));
    problems.push(...found.filter((problem) => problem !== undefined));
  }
  return problems;
}

function panelQueries(dashboards: readonly Dashboard[]): Asked[] {
  return dashboards.flatMap((dashboard) =>
    dashboard.rows.flatMap((row) =>
      row.panels.flatMap((panel) =>
        panel.queries.map(({ expr }) => ({
          where: `${dashboard.title} / ${row.title} / ${panel.title}`,
          query: plainQuery(dashboard, expr),
          isRule: false,
        })),
      ),
    ),
  );
}

function ruleQueries(groups: readonly RuleGroup[]): Asked[] {
  return groups.flatMap(({ name, rules }) =>
    rules.map((rule) => ({ where: `rule ${name} / ${rule.name}`, query: rule.expr, isRule: true })),
  );
}

async function problemWith({ where, query, isRule }: Asked, ask: Ask): Promise<QueryProblem | undefined> {
  try {
    const problem = isRule ? await missingOperand(query, ask) : await missingAnswer(query, ask);
    return problem === undefined ? undefined : { where, query, problem, ...waiting(query) };
  } catch (error) {
    return { where, query, problem: error instanceof Error ? error.message : String(error) };
  }
}

function waiting(query: string): Pick<QueryProblem, "waitsFor"> {
  const [event] = parseQuery(query).selectors.flatMap(({ metric }) => BEGINS_WITH[metric] ?? []);
  return event === undefined ? {} : { waitsFor: event };
}

async function missingAnswer(query: string, ask: Ask): Promise<string | undefined> {
  const samples = await ask(query);
  if (samples.length === 0) return "has no data";
  if (samples.every(({ value }) => value[1] === "NaN")) return "has only NaN: nothing of it happened yet";
  return undefined;
}

async function missingOperand(query: string, ask: Ask): Promise<string | undefined> {
  // Evaluated once as it is: a rule that Prometheus refuses has no use.
  await ask(query);
  for (const selector of parseQuery(query).selectors) {
    if ((await ask(`count(${selector.text})`)).length > 0) continue;
    const loose = withoutValues(selector);
    if ((await ask(`count(${loose})`)).length === 0) return `${loose} has no series`;
  }
  return undefined;
}

function withoutValues({ metric, matchers }: Selector): string {
  const kept = matchers.map(({ label, operator, value }: Matcher) =>
    (operator === "=" && WHOM.includes(label)) || operator.startsWith("!")
      ? `${label}${operator}${JSON.stringify(value)}`
      : `${label}!=""`,
  );
  return `${metric}{${kept.join(", ")}}`;
}

async function askPrometheus(url: string, query: string, options: RequestInit): Promise<readonly Sample[]> {
  const answer = await fetch(`${url.replace(/\/$/, "")}/api/v1/query`, {
    ...options,
    method: "POST",
    body: new URLSearchParams({ query }),
    signal: AbortSignal.timeout(10_000),
  });
  const body = (await answer.json().catch(() => ({}))) as {
    status?: string;
    error?: string;
    data?: { result: readonly Sample[] };
  };
  if (body.status !== "success" || !body.data) {
    throw new Error(`Prometheus answers ${answer.status}: ${body.error ?? "no JSON"}`);
  }
  return body.data.result;
}

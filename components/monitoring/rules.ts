/** Alert rules as plain values, and how Prometheus wants them written. */
import { stringify } from "yaml";
import { type Duration, inSeconds } from "../../src/config/units.ts";

export interface RuleGroup {
  /** Unique in an app; also the name of the rule file. */
  readonly name: string;
  readonly rules: readonly AlertRule[];
}

/** `page`: someone must act now, users notice it. `warn`: someone must act today. */
export type Severity = "page" | "warn";

export interface AlertRule {
  /** CamelCase, unique in an app. */
  readonly name: string;
  /** PromQL that returns a series for each thing that is wrong. */
  readonly expr: string;
  /** How long it must be wrong before it counts. */
  readonly for: Duration;
  readonly severity: Severity;
  /** Labels on the alert, where the expression's answer does not carry them. */
  readonly labels?: Readonly<Record<string, string>>;
  /** One line; `{{ $labels.job }}` and `{{ $value }}` are replaced. */
  readonly summary: string;
  /** What it means for users, in a sentence or two. */
  readonly description: string;
  /** What to look at first. */
  readonly runbook: string;
}

/** File name → rule file, one per group, as Prometheus reads it. */
export function renderRules(groups: readonly RuleGroup[]): Record<string, string> {
  return Object.fromEntries(groups.map((group) => [`${group.name}.yml`, renderGroup(group)]));
}

function renderGroup({ name, rules }: RuleGroup): string {
  return stringify({ groups: [{ name, rules: rules.map(renderRule) }] }, { lineWidth: 0 });
}

function renderRule(rule: AlertRule) {
  return {
    alert: rule.name,
    expr: rule.expr,
    for: promDuration(rule.for),
    labels: { severity: rule.severity, ...rule.labels },
    annotations: { summary: rule.summary, description: rule.description, runbook: rule.runbook },
  };
}

/** `90s`: Prometheus takes no fractions, so a length is written in the largest unit that is whole. */
export function promDuration(time: Duration): string {
  const all = inSeconds(time);
  if (!Number.isInteger(all)) return `${Math.round(time)}ms`;
  const units: readonly [string, number][] = [
    ["d", 86_400],
    ["h", 3600],
    ["m", 60],
  ];
  const [name, size] = units.find(([, length]) => all >= length && all % length === 0) ?? ["s", 1];
  return `${all / size}${name}`;
}

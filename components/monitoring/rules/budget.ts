/** Spend on AI providers against `budget.ai`. Absent without a budget, or when no service measures spend or tokens. */

import type { App, Budget } from "../../../src/config/model.ts";
import { minutes } from "../../../src/config/units.ts";
import { spendQuery } from "../ai-spend.ts";
import { anyOf } from "../promql.ts";
import type { AlertRule, RuleGroup } from "../rules.ts";

export function budgetRules(app: App): RuleGroup | undefined {
  const providers = Object.entries(app.budget?.ai ?? {});
  const spent = over(app, providers, 1);
  if (spent === undefined) return undefined;
  const near = over(app, providers, 0.8) ?? spent;
  const rules: AlertRule[] = [
    {
      name: "AiBudgetNear",
      expr: near,
      for: minutes(5),
      severity: "warn",
      summary:
        "{{ $labels.provider }}: {{ $value | humanize }} dollars spent in 24 hours, more than 80 % of the budget",
      description: "At this pace the daily budget for {{ $labels.provider }} will not last.",
      runbook:
        "On the ML dashboard see which model takes the tokens, and whether the cache's hit ratio fell.",
    },
    {
      name: "AiBudgetSpent",
      expr: spent,
      for: minutes(0),
      severity: "page",
      summary:
        "{{ $labels.provider }}: {{ $value | humanize }} dollars spent in 24 hours, more than the budget",
      description: "The daily budget for {{ $labels.provider }} in `budget.ai` is used up.",
      runbook:
        "Find the caller on the ML dashboard. Lower the route's `rateLimit`, or raise `budget.ai.{{ $labels.provider }}.daily`.",
    },
  ];
  return { name: "budget", rules };
}

function over(
  app: App,
  providers: readonly [string, Budget["ai"][string]][],
  share: number,
): string | undefined {
  const expressions = providers.flatMap(([provider, { daily }]) => {
    const query = spendQuery(app, provider, "1d");
    return query
      ? [`label_replace((${query.expr}) > ${daily * share}, "provider", "${provider}", "", "")`]
      : [];
  });
  return expressions.length > 0 ? anyOf(expressions) : undefined;
}

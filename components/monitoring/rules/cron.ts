/** Scheduled services: did they run, and well? Absent when the app has none. */

import { CronExpressionParser } from "cron-parser";
import type { App } from "../../../src/config/model.ts";
import { minutes } from "../../../src/config/units.ts";
import { anyOf } from "../promql.ts";
import type { RuleGroup } from "../rules.ts";

/** Room for the run itself, in seconds. */
export const GRACE = 1800;

export function cronRules(app: App): RuleGroup | undefined {
  const scheduled = Object.entries(app.services).flatMap(([name, { schedule }]) =>
    schedule ? [{ name, gap: longestGap(schedule.cron) }] : [],
  );
  if (scheduled.length === 0) return undefined;
  return {
    name: "cron",
    rules: [
      {
        name: "CronFailed",
        expr: "max by (service) (atelier_cron_last_exit_code) != 0",
        for: minutes(0),
        severity: "warn",
        summary: "{{ $labels.service }} failed with exit code {{ $value }}",
        description: "The last run did not do its work.",
        runbook: "Run `npx atelier logs {{ $labels.service }}`; the next run follows on schedule.",
      },
      {
        name: "CronMissed",
        expr: anyOf(
          scheduled.map(
            ({ name, gap }) =>
              `time() - max by (service) (atelier_cron_last_success_timestamp_seconds{service="${name}"} > 0) > ${gap + GRACE}`,
          ),
        ),
        for: minutes(5),
        severity: "warn",
        summary: "{{ $labels.service }} last succeeded {{ $value | humanizeDuration }} ago",
        description: "A run of its schedule was missed or failed.",
        runbook:
          "Run `npx atelier logs {{ $labels.service }}` and `npx atelier logs keeper`, which starts it.",
      },
    ],
  };
}

/** Longest time between two runs, in seconds, over the next 60 runs: `0 9 * * 1-5` rests over a weekend. */
export function longestGap(cron: string): number {
  const runs = CronExpressionParser.parse(cron, { currentDate: "2025-01-01T00:00:00Z", tz: "UTC" });
  const times = Array.from({ length: 60 }, () => runs.next().getTime() / 1000);
  return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? time)));
}

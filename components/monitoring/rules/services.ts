/** Services: do they answer, without errors, and fast enough? */

import type { App } from "../../../src/config/model.ts";
import { inSeconds, minutes, percent, seconds } from "../../../src/config/units.ts";
import { anyOf } from "../promql.ts";
import { type Declared, failureMatcher, metricsOf } from "../roles.ts";
import type { AlertRule, RuleGroup } from "../rules.ts";

/** What counts as too much where a service's rollout gate does not say. */
const LIMITS = { errorRate: percent(5), p95: seconds(2) } as const;

export function serviceRules(app: App): RuleGroup {
  const measured = Object.keys(app.services).filter((name) => {
    const service = app.services[name];
    return service?.metrics && service.kind !== "job" && service.kind !== "cron";
  });
  const errors = perService(app, metricsOf(app, "requests"), errorRate);
  const slowness = perService(app, metricsOf(app, "duration"), slow);
  const rules: (AlertRule | false)[] = [
    measured.length > 0 && {
      name: "ServiceDown",
      expr: anyOf([
        `sum by (job) (up{job=~"${measured.join("|")}"}) == 0`,
        // One that may sleep is absent until somebody calls it.
        ...measured.filter((name) => !maySleep(app, name)).map((name) => `absent(up{job="${name}"})`),
      ]),
      for: minutes(1),
      severity: "page",
      summary: "{{ $labels.job }} is down",
      description: "No instance of {{ $labels.job }} answers; requests to it fail.",
      runbook:
        "Run `npx atelier logs {{ $labels.job }}` for why it stopped. The system dashboard shows whether it or what it uses lacks memory. `pulumi up` brings back a container that was removed.",
    },
    errors.length > 0 && {
      name: "ErrorRateHigh",
      expr: anyOf(errors),
      for: minutes(5),
      severity: "page",
      summary: "{{ $labels.job }} fails {{ $value | humanizePercentage }} of its requests",
      description:
        "For five minutes more requests to {{ $labels.job }} failed than its rollout gate would allow.",
      runbook:
        "Run `npx atelier logs {{ $labels.job }}` and look for the first error. The API dashboard shows which path fails. If it began with a deploy, deploy the version before.",
    },
    slowness.length > 0 && {
      name: "AnswersSlow",
      expr: anyOf(slowness),
      for: minutes(10),
      severity: "warn",
      summary: "{{ $labels.job }} answers slowly: p95 is {{ $value | humanizeDuration }}",
      description: "For ten minutes 5 % of the requests to {{ $labels.job }} took longer than its limit.",
      runbook:
        "On the API dashboard find the slowest path, on the database dashboard the slowest statements, on the system dashboard whether the processor is at its limit. `npx atelier logs {{ $labels.job }}` names slow dependencies.",
    },
  ];
  return { name: "services", rules: rules.filter((rule) => rule !== false) };
}

/** Whether a service may have no instance at all while nobody calls it. */
export const maySleep = (app: App, name: string): boolean => app.services[name]?.scale.min === 0;

type Limit = NonNullable<App["services"][string]["rollout"]["gate"]>;

/** One expression per service and metric, because each service has its own limits. */
function perService(
  app: App,
  metrics: readonly Declared[],
  expression: (declared: Declared, job: string, gate: Partial<Limit>) => string | undefined,
): string[] {
  return metrics.flatMap((declared) =>
    declared.services.flatMap(
      (job) => expression(declared, job, app.services[job]?.rollout.gate ?? {}) ?? [],
    ),
  );
}

function errorRate(declared: Declared, job: string, { errorRate: limit = LIMITS.errorRate }: Partial<Limit>) {
  const failed = failureMatcher(declared);
  if (!failed) return undefined;
  const rate = (matchers: string) => `sum by (job) (rate(${declared.name}{${matchers}}[5m]))`;
  return `${rate(`job="${job}", ${failed}`)} / ${rate(`job="${job}"`)} > ${limit}`;
}

function slow({ name }: Declared, job: string, { p95 = LIMITS.p95 }: Partial<Limit>) {
  return `histogram_quantile(0.95, sum by (le, job) (rate(${name}_bucket{job="${job}"}[5m]))) > ${inSeconds(p95)}`;
}

/** All alert rules of an app. */
import type { App } from "../../../src/config/model.ts";
import type { RuleGroup } from "../rules.ts";
import { budgetRules } from "./budget.ts";
import { containerRules, hostRules } from "./containers.ts";
import { cronRules } from "./cron.ts";
import { dataRules } from "./data.ts";
import { edgeRules } from "./edge.ts";
import { monitoringRules } from "./monitoring.ts";
import { maySleep, serviceRules } from "./services.ts";

/** @param jobs Prometheus jobs that must be there: an alert tells when one is gone altogether. */
export function rulesOf(app: App, jobs: readonly string[] = []): readonly RuleGroup[] {
  const all = [
    serviceRules(app),
    containerRules,
    hostRules,
    ...dataRules(app),
    edgeRules(app),
    cronRules(app),
    budgetRules(app),
    monitoringRules(jobs.filter((job) => !maySleep(app, job))),
  ];
  return all.filter((group) => group !== undefined && group.rules.length > 0) as RuleGroup[];
}

/** Keys that change nothing on one host, told where an app writes them: nothing is accepted and silently ignored. */
import type { App, Service } from "../../src/config/model.ts";
import { unmeasuredBudgets } from "../monitoring/ai-spend.ts";

export function tellUnused(app: App): string[] {
  return [...tellServices(app), ...tellData(app), ...tellBudget(app)];
}

function tellServices({ services }: App): string[] {
  const named = (test: (spec: Service) => boolean) =>
    Object.entries(services).flatMap(([name, spec]) => (test(spec) ? [name] : []));
  return [
    ...sentence(
      "services",
      named(({ streaming }) => streaming !== undefined),
      "a stream is never cut for its age, whatever longest says, only for its silence",
    ),
    ...sentence(
      "services",
      named(({ rollout }) => rollout.strategy === "blue-green" || rollout.rollback === "manual"),
      "rolling and blue-green are one, as are both kinds of rollback: the new version is healthy before the old one goes, and one that does not become healthy never serves",
    ),
  ];
}

function tellData({ data }: App): string[] {
  const named = (test: (spec: App["data"][string]) => boolean) =>
    Object.entries(data).flatMap(([name, spec]) => (test(spec) ? [name] : []));
  return [
    ...sentence(
      "data",
      named((spec) => "storage" in spec),
      "up looks that the host has room for storage, but nothing stops a volume from growing beyond it",
    ),
    ...sentence(
      "data",
      named((spec) => spec.kind === "bucket" && spec.cdn),
      "there is no content delivery network in front of one host, whatever cdn says",
    ),
    ...sentence(
      "data",
      named((spec) => spec.kind === "auth" && spec.domains.length > 0),
      "a sign-in may begin at any host, whatever domains says",
    ),
  ];
}

const tellBudget = (app: App) => [
  ...(app.budget ? ["budget.monthly: nobody watches it; a host of one's own sends no bill"] : []),
  ...unmeasuredBudgets(app),
];

const sentence = (block: string, names: readonly string[], what: string) =>
  names.length > 0 ? [`${block} (${names.join(", ")}): ${what}`] : [];

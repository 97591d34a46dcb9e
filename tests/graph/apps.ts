/** Apps to draw: small ones, hostile ones, and one of forty services. */
import { join } from "node:path";
import { loadApp, loadAppValue, type WrittenApp } from "../../src/config/load.ts";
import type { App } from "../../src/config/model.ts";
import { parseSettings } from "../../src/config/stack.ts";
import type { Plan } from "../../src/plan/model.ts";
import { planProgram } from "../../src/plan/run.ts";
import { targetNamed } from "../../stacks/targets.ts";

const ROOT = join(import.meta.dirname, "../..");

export const EXAMPLES = ["flashfit-ai", "closetgpt", "ai-shopping-assistant"] as const;

export const example = (name: (typeof EXAMPLES)[number], environment = "prod"): App =>
  loadApp({ file: join(ROOT, "examples", name, "app.yaml"), environment }).app;

/** The plan of an app on a target, with what the target itself suggests where nothing is configured. */
export async function planOf(app: App, name: string): Promise<Plan> {
  const target = await targetNamed(name);
  const settings = parseSettings(target, target.standIns?.(app) ?? {});
  const { name: appName, environment } = app;
  return planProgram({
    app,
    subject: { app: appName, environment, target: name, project: "acme", stack: environment },
    open: () => target.assume(app, settings),
  });
}

const AREAS = ["accounts", "billing", "catalogue", "search", "orders", "media", "stylist", "mail"];
const image = "ghcr.io/acme/app:1";

/** Eight areas, each with a page, an API, a worker, a migration and a report, over nine data parts. */
export function fortyServices(): App {
  const services = AREAS.flatMap((area): [string, NonNullable<WrittenApp["services"]>[string]][] => [
    [`${area}-web`, { kind: "web", image, port: 3000, uses: [`${area}-api`] }],
    [
      `${area}-api`,
      {
        kind: "web",
        image,
        port: 8080,
        uses: {
          [`${area}-db`]: "write",
          cache: "write",
          ...(area === "accounts" ? {} : { "accounts-api": "read" as const }),
        },
        after: [`${area}-migrate`],
        ...(OUTSIDE[area] && { egress: OUTSIDE[area] }),
      },
    ],
    [`${area}-worker`, { kind: "worker", image, uses: { [`${area}-db`]: "write", cache: "read" } }],
    [`${area}-migrate`, { kind: "job", image, uses: { [`${area}-db`]: "write" } }],
    [`${area}-report`, { kind: "cron", schedule: "0 3 * * *", image, uses: { [`${area}-db`]: "read" } }],
  ]);
  const databases = AREAS.map((area) => [`${area}-db`, { kind: "postgres" as const, version: 16 }]);
  const routes = AREAS.flatMap((area) => [
    [`/${area}`, `${area}-web`],
    [`/api/${area}`, `${area}-api`],
  ]);
  const written: WrittenApp = {
    name: "acme",
    services: Object.fromEntries(services),
    data: { cache: { kind: "redis", memory: "256Mi" }, ...Object.fromEntries(databases) },
    routes: { ...Object.fromEntries(routes), "/grafana": { operators: "grafana" } },
    edge: { domain: "acme.example" },
    environments: { prod: {} },
  };
  return loadAppValue(written, { environment: "prod" }).app;
}

const OUTSIDE: Readonly<Record<string, string[]>> = {
  billing: ["api.stripe.com"],
  stylist: ["api.openai.com"],
  mail: ["smtp.acme.example:587"],
};

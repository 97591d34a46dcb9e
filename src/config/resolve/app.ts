/** All layers merged → App. What is missing is collected, never thrown. */
import type { App, Budget, Monitoring, PresetName, Secret, Usage } from "../model.ts";
import type { Overlay } from "../schema/app.ts";
import { bytes, dollars, milliseconds } from "../units.ts";
import { resolveData } from "./data.ts";
import { type Missing, mapValues, present } from "./missing.ts";
import { resolveEdge, resolveRoute } from "./routes-and-edge.ts";
import { resolveService, type ServiceContext } from "./service.ts";

export interface Identity {
  readonly name: string;
  readonly environment: string;
  readonly preset: PresetName;
}

export function resolveApp(merged: Overlay, identity: Identity, context: ServiceContext): App {
  const { missing, directory } = context;
  const routes = mapValues(merged.routes, (route, path) => resolveRoute(path, route, missing));
  return present({
    ...identity,
    directory,
    services: mapValues(merged.services, (service, name) => resolveService(name, service, context)),
    data: mapValues(merged.data, (data, name) => resolveData(name, data, { directory, missing })),
    secrets: mapValues(merged.secrets, (secret, name) => resolveSecret(name, secret, missing)),
    routes,
    edge: resolveEdge(merged.edge ?? {}, { missing, routed: Object.keys(routes).length > 0 }),
    monitoring: resolveMonitoring(merged.monitoring ?? {}, missing),
    budget: merged.budget && resolveBudget(merged.budget, missing),
    usage: resolveUsage(merged.usage ?? {}, missing),
    regions: merged.regions ?? [],
    protect: merged.protect ?? false,
    development: merged.development ?? false,
  });
}

const SOURCES = "required, { generate: hex } or { existing: name }";

function resolveSecret(
  name: string,
  secret: NonNullable<Overlay["secrets"]>[string],
  missing: Missing,
): Secret {
  if ("required" in secret) return { source: "required" };
  const path = ["secrets", name];
  const { generate, existing, bytes, version } = secret;
  if (generate !== undefined && existing === undefined) {
    return {
      source: "generate",
      format: generate,
      bytes: missing.need([...path, "bytes"], bytes, 32),
      version: missing.need([...path, "version"], version, 1),
    };
  }
  if (existing !== undefined && generate === undefined && bytes === undefined && version === undefined) {
    return { source: "existing", name: existing };
  }
  const what =
    existing === undefined ? "does not say where its value comes from" : "is both existing and generated";
  missing.add({
    path,
    what,
    allowed: SOURCES,
    remedy: existing === undefined ? "write required for instance" : "keep one of the two",
  });
  return { source: "required" };
}

function resolveMonitoring(monitoring: NonNullable<Overlay["monitoring"]>, missing: Missing): Monitoring {
  const where = ["monitoring"];
  const { alerts } = monitoring;
  const smtp = [...where, "alerts", "smtp"];
  return {
    grafana: monitoring.grafana ?? true,
    retention: missing.need([...where, "retention"], monitoring.retention, milliseconds(1)),
    logs: {
      retention: missing.need([...where, "logs", "retention"], monitoring.logs?.retention, milliseconds(1)),
    },
    alerts: present({
      email: alerts?.email ?? [],
      webhooks: alerts?.webhooks ?? [],
      smtp:
        alerts?.smtp &&
        present({
          host: missing.need([...smtp, "host"], alerts.smtp.host, "", {
            remedy: "add the mail server, for instance host: smtp.example.com",
          }),
          port: missing.need([...smtp, "port"], alerts.smtp.port, 587),
          from: missing.need([...smtp, "from"], alerts.smtp.from, "", {
            remedy: "add the sender, for instance from: alerts@flashfit.example",
          }),
          user: alerts.smtp.user,
          password: alerts.smtp.password,
        }),
    }),
  };
}

function resolveBudget({ monthly, ...providers }: NonNullable<Overlay["budget"]>, missing: Missing): Budget {
  const ai = Object.entries(providers).map(([name, provider]) => {
    const daily = missing.need(["budget", name, "daily"], provider?.daily, dollars(1), {
      remedy: "add daily: 100 for instance",
    });
    return [name, { daily }] as const;
  });
  const needed = missing.need(["budget", "monthly"], monthly, dollars(1), {
    remedy: "add monthly: 300 for instance",
  });
  return { monthly: needed, ai: Object.fromEntries(ai) };
}

function resolveUsage(usage: NonNullable<Overlay["usage"]>, missing: Missing): Usage {
  const path = (key: keyof Usage) => ["usage", key];
  return {
    users: missing.need(path("users"), usage.users, 0),
    requestsPerUser: missing.need(path("requestsPerUser"), usage.requestsPerUser, 0),
    tokensPerRequest: missing.need(path("tokensPerRequest"), usage.tokensPerRequest, 0),
    mediaPerUser: missing.need(path("mediaPerUser"), usage.mediaPerUser, bytes(1)),
  };
}

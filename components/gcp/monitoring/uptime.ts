/** Uptime checks: is each routed service to be reached from outside, from several parts of the world? */
import { UptimeCheckConfig } from "@pulumi/gcp/monitoring/uptimeCheckConfig.js";
import { type Input, interpolate, type Resource } from "@pulumi/pulumi";
import { byPrefixLength } from "../../../src/app/routes.ts";
import type { App } from "../../../src/config/model.ts";
import { minutes } from "../../../src/config/units.ts";
import { type Deployment, labelsOf } from "../deployment.ts";
import { stackOf } from "../names.ts";
import { createAlert } from "./alerts.ts";

export interface Probe {
  readonly service: string;
  /** Path as a client asks for it. */
  readonly path: string;
  /** The path is the service's own word on its health, and must answer 2xx. Otherwise anything but 5xx is well. */
  readonly health: boolean;
}

const covers = (path: string, other: string) =>
  path === "/" || other === path || other.startsWith(`${path}/`);

/** One per service with a public route, by its readiness where a route leads to it. */
export function probesOf(app: App): Probe[] {
  const routes = byPrefixLength(app.routes);
  const serviceAt = (path: string) => {
    const to = routes.find(([prefix]) => covers(prefix, path))?.[1].to;
    return to?.type === "service" ? to.service : undefined;
  };
  const probes = new Map<string, Probe>();
  for (const [prefix, route] of routes) {
    if (route.to.type !== "service") continue;
    const { service } = route.to;
    const ready = app.services[service]?.health?.ready;
    const outside = route.strip && prefix !== "/" ? `${prefix}${ready === "/" ? "" : ready}` : ready;
    const healthy = ready !== undefined && outside !== undefined && serviceAt(outside) === service;
    if (healthy) probes.set(service, { service, path: outside, health: true });
    else if (!probes.has(service)) probes.set(service, { service, path: prefix, health: false });
  }
  return [...probes.values()].sort((a, b) => (a.service < b.service ? -1 : 1));
}

/** Google checks no more often. */
const PERIOD = "60s";

export function createUptimeChecks(
  parent: Resource,
  deployment: Deployment,
  channels: readonly Input<string>[],
): void {
  const { app, settings } = deployment;
  for (const { service, path, health } of probesOf(app)) {
    const check = new UptimeCheckConfig(
      `${stackOf(app)}-uptime-${service}`,
      {
        displayName: `${service} of ${app.name}, ${app.environment}`,
        period: PERIOD,
        timeout: "10s",
        checkerType: "STATIC_IP_CHECKERS",
        monitoredResource: {
          type: "uptime_url",
          labels: { project_id: settings.project, host: app.edge.domain },
        },
        httpCheck: {
          path,
          port: 443,
          useSsl: true,
          validateSsl: true,
          requestMethod: "GET",
          acceptedResponseStatusCodes: (health ? ["2XX"] : ["2XX", "3XX", "4XX"]).map((status) => ({
            statusClass: `STATUS_CLASS_${status}`,
          })),
        },
        userLabels: { ...labelsOf(deployment), service },
      },
      { parent },
    );
    const passed = interpolate`monitoring_googleapis_com:uptime_check_check_passed{monitored_resource="uptime_url", check_id="${check.uptimeCheckId}"}`;
    createAlert(
      parent,
      deployment,
      "uptime",
      {
        name: `Unreachable_${service.replaceAll(/[^A-Za-z0-9]/g, "_")}`,
        expr: interpolate`avg(${passed}) < 0.5`,
        for: minutes(2),
        severity: "page",
        summary: `${service} cannot be reached from outside`,
        description: `Most checks of https://${app.edge.domain}${path} fail; users see errors or nothing.`,
        runbook:
          "See in the console's uptime checks what they were answered. A certificate that is not issued yet, or DNS records that are missing, look the same.",
      },
      channels,
    );
  }
}

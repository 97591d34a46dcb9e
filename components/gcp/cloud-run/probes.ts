/** Health as Cloud Run asks it. A start counts as done when the service is ready; an instance that is not ready gets
 * no requests; one that does not live is started again.
 */
import type { Health, Service } from "../../../src/config/model.ts";
import { type Duration, inSeconds, minutes } from "../../../src/config/units.ts";

/** Cloud Run gives a start four minutes at most. */
export const LONGEST_START: Duration = minutes(4);

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: number };
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

export interface Probes {
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
}

/** Nothing without `health`: Cloud Run then waits until the port is open. */
export function probesOf({ health, port }: Pick<Service, "health" | "port">): Partial<Probes> {
  if (!health || port === undefined) return {};
  const { live, ready, failAfter: failureThreshold } = health;
  const timeoutSeconds = inSeconds(health.timeout);
  const periodic = { periodSeconds: inSeconds(health.every), timeoutSeconds, failureThreshold };
  return {
    startupProbe: { httpGet: { path: ready, port }, ...untilStarted(health) },
    livenessProbe: { httpGet: { path: live, port }, ...periodic },
    readinessProbe: { httpGet: { path: ready, port }, ...periodic },
  };
}

/** Asks as often as the timeout allows, so that a new instance serves soon. */
function untilStarted({ timeout, startup }: Health) {
  const periodSeconds = inSeconds(timeout) + 1;
  const allowed = Math.min(inSeconds(startup), inSeconds(LONGEST_START));
  return {
    periodSeconds,
    timeoutSeconds: inSeconds(timeout),
    failureThreshold: Math.max(1, Math.floor(allowed / periodSeconds)),
  };
}

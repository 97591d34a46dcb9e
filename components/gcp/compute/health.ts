/** Health checks of a service's instances: readiness routes, liveness heals. Two checks, because one that did both
 * would replace an instance that only asked for a pause.
 */
import { HealthCheck } from "@pulumi/gcp/compute/healthCheck.js";
import type { Resource } from "@pulumi/pulumi";
import type { Health, Service } from "../../../src/config/model.ts";
import { type Duration, inSeconds, minutes, seconds } from "../../../src/config/units.ts";
import { autoNamed, type ContainerServiceArgs } from "./deployment.ts";

export interface HealthChecks {
  /** Whether requests may come. Absent where nothing is served. */
  readonly ready?: HealthCheck;
  /** Whether the instance is sound. Absent where there is nothing to ask. */
  readonly live?: HealthCheck;
}

/** From power-on until the container runs: system, image and, with a gpu, its driver. An allowance. */
export const bootTime = ({ gpu }: Pick<Service, "gpu">): Duration => minutes(gpu ? 8 : 3);

/** What to ask where the app says nothing: whether the port takes connections. */
const PATIENT = { every: seconds(10), timeout: seconds(5), failAfter: 3, startup: minutes(1) } as const;

export const timingOf = (spec: Pick<Service, "health">): Omit<Health, "live" | "ready"> =>
  spec.health ?? PATIENT;

export function createHealthChecks(parent: Resource, args: ContainerServiceArgs): HealthChecks {
  const { spec } = args;
  const { port, health, metrics } = spec;
  if (port !== undefined) {
    return {
      ready: check(parent, args, "ready", port, health?.ready),
      live: check(parent, args, "live", port, health?.live),
    };
  }
  return metrics ? { live: check(parent, args, "live", metrics.port, metrics.path) } : {};
}

function check(
  parent: Resource,
  { app, name, spec }: ContainerServiceArgs,
  purpose: "ready" | "live",
  port: number,
  path: string | undefined,
): HealthCheck {
  const { every, timeout, failAfter } = timingOf(spec);
  return new HealthCheck(
    autoNamed(app, name, purpose),
    {
      checkIntervalSec: whole(every),
      timeoutSec: whole(timeout),
      healthyThreshold: 1,
      unhealthyThreshold: failAfter,
      ...(path === undefined
        ? { tcpHealthCheck: { port, portSpecification: "USE_FIXED_PORT" } }
        : { httpHealthCheck: { port, portSpecification: "USE_FIXED_PORT", requestPath: path } }),
      logConfig: { enable: true },
    },
    { parent },
  );
}

/** Compute Engine counts in whole seconds. */
export const whole = (time: Duration): number => Math.max(1, Math.ceil(inSeconds(time)));

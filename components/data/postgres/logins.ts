/** Names that a service cannot log in under. */
import type { Problem } from "../../../src/config/problem.ts";

/** Roles that PostgreSQL keeps for itself. */
const RESERVED = ["public", "none", "postgres"];

/** @param more roles that the target's server has besides */
export function refuseLogins(consumers: readonly string[], more: readonly string[] = []): Problem[] {
  return consumers
    .filter((service) => [...RESERVED, ...more].includes(service))
    .map((service) => ({
      path: ["services", service],
      what: `PostgreSQL keeps the role name ${service} for itself, and each service logs in under its own name`,
      remedy: "call the service something else",
    }));
}

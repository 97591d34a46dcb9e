/** What the parts of one target hand to one another. Shared code passes these on and never looks inside: a network
 * is a set of Docker networks here, a VPC with its subnets there, a namespace with its policies elsewhere.
 */
import type { Grant } from "./grant.ts";
import type { SecretReference, Secrets } from "./secrets.ts";

export interface Handles {
  readonly network: unknown;
  /** What the edge can send requests to: an alias and a port, a network endpoint group, a target group. */
  readonly backend: unknown;
  readonly grant: Grant;
  readonly secret: SecretReference;
  readonly secrets: Secrets;
}

/** Who a service is to everything that it uses: a service account, a task role, a Kubernetes service account.
 * Made before data and secrets, so that those can grant to it. On one Docker host it is a name alone.
 */
import type { Input } from "@pulumi/pulumi";

export interface Identity {
  /** The service's name in the app. */
  readonly service: string;
  /** The principal in the target's own terms. */
  readonly principal: Input<string>;
}

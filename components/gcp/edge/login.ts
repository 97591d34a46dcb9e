/** The login in front of operators' routes: Identity-Aware Proxy, with accounts and groups of Google.
 *
 * It brings its own OAuth client (OAuth brands and clients can no longer be made by an API), which takes members of the
 * project's organization.
 */
import { WebBackendServiceIamMember } from "@pulumi/gcp/iap/webBackendServiceIamMember.js";
import type { Input, Resource } from "@pulumi/pulumi";
import type { Deployment } from "../deployment.ts";
import { hyphened, replaceable } from "./plan.ts";

/** Lets every operator through to one backend service. */
export function letOperatorsIn(
  parent: Resource,
  { app, settings }: Deployment,
  key: string,
  backendService: Input<string>,
): void {
  for (const member of [...new Set(settings.operators)].sort()) {
    new WebBackendServiceIamMember(
      replaceable(app, key, "for", hyphened(member.toLowerCase())),
      { webBackendService: backendService, role: "roles/iap.httpsResourceAccessor", member },
      { parent },
    );
  }
}

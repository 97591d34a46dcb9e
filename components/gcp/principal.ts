/** The service account behind an identity. */
import { type Output, output } from "@pulumi/pulumi";
import type { Identity } from "../contracts/identity.ts";

/** `api@acme.iam.gserviceaccount.com`, without the `serviceAccount:` that members of a role begin with. */
export function emailOf({ principal }: Identity): Output<string> {
  return output(principal).apply((member) => member.replace(/^serviceAccount:/, ""));
}

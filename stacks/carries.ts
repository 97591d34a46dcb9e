/** Target → what each key of app.yaml becomes there. Loaded by the table of keys and its test alone. */
import type { Carries } from "../components/contracts/carries.ts";
import { carries as onDocker } from "../components/docker/carries.ts";
import { carries as onGoogle } from "../components/gcp/carries.ts";
import { runCarries } from "../components/gcp/cloud-run/carries.ts";
import { computeCarries } from "../components/gcp/compute/carries.ts";

export const carriesOf = {
  docker: onDocker,
  "gcp-cloud-run": { ...onGoogle, ...runCarries },
  "gcp-compute": { ...onGoogle, ...computeCarries },
} as const satisfies Readonly<Record<string, Carries>>;

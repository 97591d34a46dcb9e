/** What Secret Manager can't do for an app, with the reason and the way out. */
import type { App } from "../../../src/config/model.ts";
import type { Problem } from "../../../src/config/problem.ts";
import { locationOfKey } from "../encryption.ts";
import type { GcpSettings } from "../settings.ts";
import { parseExisting } from "./existing.ts";

/** A path that begins with `settings` is one of the stack config's block `atelier:<target>`. */
export function refuseSecrets(app: App, settings: GcpSettings): Problem[] {
  return [
    ...Object.entries(app.secrets).flatMap(([name, secret]) =>
      secret.source === "existing" ? refuseExisting(name, secret.name, settings) : [],
    ),
    ...refuseKey(app, settings),
  ];
}

function refuseExisting(name: string, written: string, { project }: GcpSettings): Problem[] {
  if (parseExisting(written)) return [];
  const secret = /^(?:projects\/[^/]+\/secrets\/)?([A-Za-z0-9_-]{1,255})(?:\/|$)/.exec(written)?.[1];
  return [
    {
      path: ["secrets", name, "existing"],
      what: `${written} does not say which version`,
      allowed: "projects/<project>/secrets/<secret>/versions/<number>",
      remedy: `write projects/${project}/secrets/${secret ?? "my-secret"}/versions/1, with the version's number from gcloud secrets versions list${secret ? ` ${secret}` : ""}`,
    },
  ];
}

/** Cloud SQL and Memorystore take a key of their own region alone, and secrets follow. */
function refuseKey(app: App, { encryptionKey, region = app.regions[0] }: GcpSettings): Problem[] {
  if (encryptionKey === undefined || region === undefined) return [];
  const location = locationOfKey(encryptionKey);
  if (location === region) return [];
  return [
    {
      path: ["settings", "encryptionKey"],
      what: `the key lies in ${location}, and the data in ${region}`,
      allowed: `a key in ${region}`,
      remedy: `make one there: gcloud kms keys create data --location ${region} --keyring <ring> --purpose encryption`,
    },
  ];
}

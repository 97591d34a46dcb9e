/** Browsers talk to services, not to the database: who signed in could otherwise ask Firestore directly, and what it
 * answers is decided by rules alone. These deny everything; services are not subject to them.
 */
import { Release } from "@pulumi/gcp/firebaserules/release.js";
import { Ruleset } from "@pulumi/gcp/firebaserules/ruleset.js";
import type { Database } from "@pulumi/gcp/firestore/database.js";
import { interpolate, type Resource } from "@pulumi/pulumi";
import type { Deployment } from "../deployment.ts";

const DENY_ALL = `rules_version = '2';
service cloud.firestore {
  match /databases/{database}/documents {
    match /{document=**} {
      allow read, write: if false;
    }
  }
}
`;

/** Only in apps that sign users in: without a user's token nobody gets to a database that has no rules. */
export function denyBrowsers(
  parent: Resource,
  name: string,
  { app, settings }: Deployment,
  database: Database,
): Release | undefined {
  if (!Object.values(app.data).some(({ kind }) => kind === "auth")) return undefined;
  const rules = new Ruleset(
    `${name}-rules`,
    { source: { files: [{ name: "firestore.rules", content: DENY_ALL }], language: "FIREBASE_RULES" } },
    { parent },
  );
  return new Release(
    `${name}-rules`,
    {
      name: interpolate`cloud.firestore/${database.name}`,
      rulesetName: interpolate`projects/${settings.project}/rulesets/${rules.name}`,
    },
    { parent },
  );
}

/** Names on Google Cloud: `<app>-<environment>-<part>`, and what each kind of resource allows.
 *
 * A name that is too long keeps its beginning and ends in six hex digits of the whole, so that it stays the same from
 * run to run and two long names never meet. Lengths are those of Google's own documentation for each resource.
 */
import { createHash } from "node:crypto";
import type { App } from "../../src/config/model.ts";

/** Longest name that Google takes, per kind of resource. All of them also want RFC 1035: lower-case letters, digits
 * and hyphens, a letter first, no hyphen last.
 */
export const LONGEST = {
  /** Part before the `@`; at least 6. */
  serviceAccount: 30,
  /** Cloud Run services, jobs and worker pools. */
  run: 49,
  /** Cloud SQL instances: 98 with the project's name and a colon; projects have up to 30. */
  sql: 67,
  /** Memorystore for Redis. */
  redis: 40,
  /** Everything of Compute Engine, Certificate Manager and Cloud DNS. */
  compute: 63,
  /** Buckets are named for the whole world, without dots. */
  bucket: 63,
  /** Secret Manager. */
  secret: 255,
  /** Filestore. */
  filestore: 63,
  firestore: 63,
  /** Artifact Registry. */
  repository: 63,
  /** Identity pools and their providers; at least 4. */
  identityPool: 32,
} as const;

export type Named = keyof typeof LONGEST;

type Place = Pick<App, "name" | "environment">;

/** `shop-prod-api`, cut where the kind of resource asks for it. */
export function nameOf(app: Place, kind: Named, ...parts: readonly string[]): string {
  return shorten([stackOf(app), ...parts].join("-"), LONGEST[kind]);
}

/** `shop-prod`: what every name of one deployment begins with. */
export function stackOf({ name, environment }: Place): string {
  return `${name}-${environment}`;
}

/** The name itself, or its beginning and a checksum of the whole. */
export function shorten(name: string, longest: number): string {
  if (name.length <= longest) return name;
  const checksum = createHash("sha256").update(name).digest("hex").slice(0, 6);
  return `${name.slice(0, longest - checksum.length - 1).replace(/-+$/, "")}-${checksum}`;
}

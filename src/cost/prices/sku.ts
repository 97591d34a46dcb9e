/** What a price is for, and how the Cloud Billing catalog calls it. */
import type { Scope } from "./google-regions.ts";

export interface Sku {
  readonly unit: string;
  /** How it differs from region to region. */
  readonly scope: Scope;
  /** Units that are free each month, once per billing account. */
  readonly free?: number;
  /** In the catalog: display name of the service, pattern of the entry's description, unit, and how many of our
   * units one of the catalog's is.
   */
  readonly catalog: readonly [service: string, description: RegExp, usageUnit: string, units?: number];
}

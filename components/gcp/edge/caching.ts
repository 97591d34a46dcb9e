/** How long Cloud CDN and browsers keep an answer, as services and buckets say it alike. */
import type { Caching } from "./plan.ts";

/** Files whose type says that they are static are kept without a word of whoever answers, other answers only when it
 * says so.
 */
export function kept({ shared, browser, stale }: Caching) {
  return {
    cacheMode: "CACHE_ALL_STATIC",
    defaultTtl: shared,
    clientTtl: browser,
    maxTtl: Math.max(shared, browser),
    serveWhileStale: stale,
    negativeCaching: false,
    requestCoalescing: true,
  };
}

/** What the edge can send requests to on one Docker host: every container that answers to one network alias. */
import type { Duration } from "../../../src/config/units.ts";

export interface DockerBackend {
  /** Network alias that all instances share, for instance `api`. */
  readonly alias: string;
  readonly port: number;
  /** Which instances may get requests. Without it, one that accepts connections may. */
  readonly health?: {
    /** Answers 2xx or 3xx while requests may come. */
    readonly path: string;
    readonly every: Duration;
    readonly timeout: Duration;
    readonly failAfter: number;
  };
  readonly kind: "service" | "operators" | "bucket";
}

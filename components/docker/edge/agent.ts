/** The WAF's own container: what the agent in images/waf is told, and how it is watched. */
import type { App } from "../../../src/config/model.ts";
import { type Duration, seconds } from "../../../src/config/units.ts";
import { ALIAS, WAF_PORTS } from "./layout.ts";

/** The rule set's first level: few false alarms. Higher ones refuse ordinary texts with apostrophes. */
const PARANOIA = 1;

export interface RenderedWaf {
  /** Name below /run/config → text. */
  readonly files: Readonly<Record<string, string>>;
  readonly alias: string;
  readonly port: number;
  readonly health: { readonly port: number; readonly path: string };
  readonly metrics: { readonly port: number; readonly path: string };
  readonly stopGrace: Duration;
}

/** Undefined when the app has no WAF. */
export function renderWaf({ edge }: Pick<App, "edge">): RenderedWaf | undefined {
  if (edge.waf === "off") return undefined;
  const settings = {
    mode: edge.waf,
    paranoia: PARANOIA,
    exclusions: Object.keys(edge.wafExclusions).map(Number),
  };
  return {
    files: { "waf.json": `${JSON.stringify(settings)}\n` },
    alias: ALIAS.waf,
    port: WAF_PORTS.agent,
    health: { port: WAF_PORTS.metrics, path: "/health" },
    metrics: { port: WAF_PORTS.metrics, path: "/metrics" },
    stopGrace: seconds(5),
  };
}

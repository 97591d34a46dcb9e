/** Monitoring: who is scraped, what is shown, what raises an alarm. Definitions are neutral PromQL from
 * components/monitoring; an adapter says where they run.
 */
import type { App, OperatorTool } from "../../src/config/model.ts";
import type { Duration } from "../../src/config/units.ts";
import type { Dashboard } from "../monitoring/dashboard.ts";
import type { RuleGroup } from "../monitoring/rules.ts";
import type { Handles } from "./handles.ts";

export interface ScrapeTarget {
  /** Prometheus job name: the service's or data part's own name. */
  readonly job: string;
  /** Host that answers, as the target's network resolves it; every instance behind it is scraped. */
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly every: Duration;
  /** Extra labels, for instance `{ kind: "postgres" }`. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface MonitoringArgs<H extends Handles = Handles> {
  /** The app: how long figures and logs are kept, and who is told. */
  readonly app: App;
  /** Where metrics are read. */
  readonly network: H["network"];
  /** Keeps logins, and the password of the mail server. */
  readonly secrets: H["secrets"];
  /** Who is scraped: the `scrape` of every part. */
  readonly targets: readonly ScrapeTarget[];
  /** What is shown; `monitoringOf` of atelier/monitoring makes it. */
  readonly dashboards: readonly Dashboard[];
  /** What raises an alarm; from there too. */
  readonly rules: readonly RuleGroup[];
}

export interface MonitoringPart<H extends Handles = Handles> {
  /** What the edge shows to operators; a tool that this target or host cannot run is absent. */
  readonly tools: Readonly<Partial<Record<OperatorTool, H["backend"]>>>;
  /** What was left out and why, one sentence each, shown at the end of `up`. */
  readonly notes: readonly string[];
}

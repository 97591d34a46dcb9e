/** All of monitoring on a Docker host, as files and commands: the same for the same arguments, so that a hash of it
 * tells whether a container must change.
 */
import type { App } from "../../../src/config/model.ts";
import type { ScrapeTarget } from "../../contracts/monitoring.ts";
import type { Dashboard } from "../../monitoring/dashboard.ts";
import type { RuleGroup } from "../../monitoring/rules.ts";
import { renderAlertmanager } from "./alertmanager.ts";
import { renderGrafanaServer } from "./grafana.ts";
import type { Rendered } from "./layout.ts";
import { renderPages } from "./pages.ts";
import { renderPrometheus } from "./prometheus.ts";

export interface RenderArgs {
  readonly app: App;
  /** Of the door: `https://localhost`, `https://flashfit.example`. */
  readonly origin: string;
  readonly targets: readonly ScrapeTarget[];
  readonly dashboards: readonly Dashboard[];
  readonly rules: readonly RuleGroup[];
  /** Network aliases. */
  readonly aliases: { readonly prometheus: string; readonly alertmanager: string };
  /** CIDR of the network from which the edge calls Grafana. */
  readonly edge?: string;
}

export interface RenderedMonitoring {
  readonly prometheus: Rendered;
  readonly alertmanager: Rendered;
  /** Where Grafana runs. */
  readonly grafana: Rendered;
  /** In Grafana's place where it does not. */
  readonly pages: Rendered;
}

export function renderMonitoring(args: RenderArgs): RenderedMonitoring {
  const { app, origin, targets, dashboards, rules, aliases, edge } = args;
  return {
    prometheus: renderPrometheus({ app, origin, targets, rules, alertmanager: aliases.alertmanager }),
    alertmanager: renderAlertmanager({ app, origin }),
    grafana: renderGrafanaServer({
      app,
      origin,
      dashboards,
      prometheus: aliases.prometheus,
      ...(edge && { edge }),
    }),
    pages: renderPages(app, dashboards),
  };
}

/** Which of a project's series are this deployment's: a project may hold several. */
import type { App } from "../../../src/config/model.ts";
import type { Deployment } from "../deployment.ts";
import { LONGEST, nameOf, shorten, stackOf } from "../names.ts";
import type { GoogleMetric } from "./google-metrics.ts";

/** Where services run; Google measures the two in different ways. */
export type Compute = "cloud-run" | "instances";

export interface Context {
  readonly deployment: Deployment;
  readonly compute: Compute;
}

/** Hyphen and seven hex digits, which the engine adds to a name that it makes. */
const SUFFIX = 8;

const alternatives = (names: readonly string[]) => [...names].sort().join("|");

/** Matcher of what the collectors write: beside a container of Cloud Run under the service's own name, on an instance
 * under the deployment's.
 */
export function ownSeries(app: App): string {
  const services = Object.keys(app.services).map((name) => nameOf(app, "run", name));
  return `namespace=~"${alternatives([stackOf(app), ...services])}"`;
}

/** Selector of one of Google's metrics; a suffix names a part of a distribution: `_bucket`. */
export const select = (metric: GoogleMetric, matchers: readonly string[], suffix = ""): string =>
  `${metric}${suffix}{${matchers.join(", ")}}`;

export function runServices({ app }: Deployment): string[] {
  const answering = Object.entries(app.services).filter(([, { kind }]) => kind === "web" || kind === "model");
  const names = answering.map(([name]) => nameOf(app, "run", name));
  return ['monitored_resource="cloud_run_revision"', `service_name=~"${alternatives(names)}"`];
}

export function runJobs({ app }: Deployment, services = cronServices(app)): string[] {
  const names = services.map((name) => nameOf(app, "run", name));
  return ['monitored_resource="cloud_run_job"', `job_name=~"${alternatives(names)}"`];
}

export const cronServices = (app: App): string[] =>
  Object.entries(app.services).flatMap(([name, { kind }]) => (kind === "cron" ? [name] : []));

export const instances = ({ app }: Deployment): string[] => [
  'monitored_resource="gce_instance"',
  `instance_name=~"${stackOf(app)}-.*"`,
];

/** What the URL map of the edge answered. */
export const door = ({ app }: Deployment): string[] => [
  'monitored_resource="https_lb_rule"',
  `url_map_name=~"${stackOf(app)}-edge-routes-.*"`,
];

/** What Cloud Armor judged, for services and for buckets. */
export const armor = ({ app }: Deployment): string[] => [
  'monitored_resource="network_security_policy"',
  `policy_name=~"${stackOf(app)}-edge-.*"`,
];

export const database = ({ app, settings }: Deployment, name: string): string[] => [
  'monitored_resource="cloudsql_database"',
  `database_id=~"${settings.project}:${shorten(nameOf(app, "sql", name), LONGEST.sql - SUFFIX)}-[0-9a-f]{7}"`,
];

export const cache = ({ app }: Deployment, name: string): string[] => [
  'monitored_resource="redis_instance"',
  `instance_id=~".*/${shorten(nameOf(app, "redis", name), LONGEST.redis - SUFFIX)}-[0-9a-f]{7}"`,
];

/** Gives an answer a label that it does not carry. */
export const labelled = (expression: string, label: string, value: string): string =>
  `label_replace(${expression}, "${label}", "${value}", "", "")`;

/** Gives an answer the app's own name of a service in place of Cloud Run's. */
export function namedService({ app }: Deployment, expression: string, from: string): string {
  return `label_replace(${expression}, "service", "$1", "${from}", "${stackOf(app)}-(.*)")`;
}

/** Short hand for the tables beside this file: one line per metric. */
import type { DeclaredMetric } from "../../../src/config/model.ts";

/** Name → metric, of one exporter. */
export type Exporter = Readonly<Record<string, DeclaredMetric>>;

const declare =
  (type: DeclaredMetric["type"]) =>
  (help: string, ...labels: string[]): DeclaredMetric => ({ type, help, labels });

export const counter = declare("counter");
export const gauge = declare("gauge");
export const histogram = declare("histogram");

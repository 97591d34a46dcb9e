/** A file of metric declarations: name → type, help, labels. */
import { isAbsolute, resolve } from "node:path";
import type { DeclaredMetric } from "./model.ts";
import { overlap, type Path } from "./places.ts";
import type { Problem } from "./problem.ts";
import { readText } from "./read-file.ts";
import { Missing } from "./resolve/missing.ts";
import { declarations } from "./schema/metrics.ts";
import type { ParsedService } from "./schema/services.ts";
import { parseWritten } from "./written-layer.ts";
import { readYaml } from "./yaml.ts";

/** Reads what services declare, and collects what is wrong with it. */
export class MetricsReader {
  readonly problems: Problem[] = [];
  /** Key paths whose declarations could not be read as a whole. */
  readonly broken: Path[] = [];
  readonly #directory: string;
  readonly #label: string;
  readonly #missing: Missing;

  /** @param label how app.yaml is shown in messages */
  constructor(directory: string, label: string, missing: Missing) {
    this.#directory = directory;
    this.#label = label;
    this.#missing = missing;
  }

  readonly read = (name: string, { metrics }: ParsedService): Declared["metrics"] => {
    const path = ["services", name, "metrics", "declares"];
    const declares = metrics?.declares ?? {};
    if (typeof declares !== "string") {
      const complete = completeMetrics(declares, path);
      for (const problem of complete.missing) this.#missing.add(problem);
      return complete.metrics;
    }
    const file = readMetricsFile(this.#directory, labelOf(this.#label, declares), declares);
    this.problems.push(...file.problems.map((problem) => (problem.at ? problem : { ...problem, path })));
    if (file.problems.length > 0) this.broken.push(path);
    return file.metrics;
  };
}

interface Declared {
  readonly metrics: Readonly<Record<string, DeclaredMetric>>;
  readonly problems: readonly Problem[];
}

/** @param file as written in app.yaml, shown in messages beside the folder of app.yaml. */
function readMetricsFile(directory: string, label: string, file: string): Declared {
  const text = readText(
    resolve(directory, file),
    "create it with name: { type, help, labels } entries, or correct the path",
  );
  if (typeof text !== "string")
    return { metrics: {}, problems: [{ ...text, path: [], what: `${file}: ${text.what}` }] };
  const { value, places, problems } = readYaml(label, text);
  if (value === undefined) return { metrics: {}, problems };
  const { parsed, findings } = parseWritten(declarations, value);
  const { metrics, missing } = completeMetrics(parsed, []);
  const broken = findings.flatMap(({ path, meant }) => [path, ...(meant ? [meant] : [])]);
  const independent = missing.filter(({ path }) => !broken.some((other) => overlap(path, other)));
  const placed = [...findings, ...independent].map(({ path, what, allowed, remedy, ...rest }): Problem => {
    const at = places.nearest(path, "concerns" in rest && rest.concerns === "key" ? "key" : "value");
    return {
      path,
      what,
      ...(allowed !== undefined && { allowed }),
      remedy,
      ...(at && { at }),
    };
  });
  return { metrics, problems: [...problems, ...placed] };
}

type Declarations = ReturnType<typeof declarations.parse>;

/** Fills in labels; a metric needs a type and a help text. */
function completeMetrics(parsed: Declarations, path: readonly string[]) {
  const missing = new Missing();
  const metrics = Object.entries(parsed).map(([name, { type, help, labels }]): [string, DeclaredMetric] => [
    name,
    {
      type: missing.need([...path, name, "type"], type, "counter", {
        allowed: "counter, gauge, histogram, summary",
        remedy: "add type: counter for instance",
      }),
      help: missing.need([...path, name, "help"], help, "", {
        remedy: "add one line that says what it measures, with its unit",
      }),
      labels: labels ?? [],
    },
  ]);
  return { metrics: Object.fromEntries(metrics), missing: missing.found };
}

/** How the file is named in messages: beside app.yaml, in the way app.yaml itself is named. */
function labelOf(appLabel: string, file: string): string {
  const folder = appLabel.includes("/") ? appLabel.slice(0, appLabel.lastIndexOf("/") + 1) : "";
  return isAbsolute(file) ? file : `${folder}${file.replace(/^\.\//, "")}`;
}

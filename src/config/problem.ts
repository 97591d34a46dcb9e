import { show } from "./unreadable.ts";

/** What is wrong with a configuration, said in one line: where, which value, what is allowed, what to do. */
export interface Problem {
  /** Key path, for instance `["services", "api", "memory"]`. */
  readonly path: readonly (string | number)[];
  /** What is wrong, naming the value: `512Mi is too small for cpu 4`. */
  readonly what: string;
  /** What would be right: `8Gi–30Gi`. */
  readonly allowed?: string;
  /** What to do: `set memory: 8Gi or cpu: 1`. */
  readonly remedy: string;
  /** Where the value is written. */
  readonly at?: { readonly file: string; readonly line: number; readonly column: number };
  /** Where else it was said, when not in a file: `--set`, `atelier:set`. */
  readonly source?: string;
}

/** `app.yaml:12:5: services.api.memory: 512Mi is too small for cpu 4; allowed: 8Gi–30Gi; set memory: 8Gi` */
export function formatProblem(problem: Problem): string {
  const { at, source } = problem;
  const where = at ? `${at.file}:${at.line}:${at.column}: ` : source ? `${source}: ` : "";
  const path = problem.path.length > 0 ? `${problem.path.map(show).join(".")}: ` : "";
  const allowed = problem.allowed ? `; allowed: ${problem.allowed}` : "";
  return `${where}${path}${problem.what}${allowed}; ${problem.remedy}`;
}

/** All problems of a configuration at once. Its message is one line per problem, without a stack trace. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
    this.problems = problems;
  }
}

/** What providers found, as problems of the configuration: at the key that is to blame, with what to do. */
import type { App } from "../config/model.ts";
import { formatPath, type Path } from "../config/places.ts";
import type { Problem } from "../config/problem.ts";
import type { PlannedResource } from "../plan/model.ts";
import type { Finding } from "./model.ts";
import { formatInput } from "./reasons.ts";

/** A finding with the resource that it is about, and where its input comes from. */
export interface Traced {
  readonly finding: Finding;
  readonly resource: PlannedResource;
  /** Key of the resource's part. */
  readonly part: Path;
  /** What the input comes from, as findCauses says it; undefined where nothing was found. */
  readonly causes: readonly Path[] | undefined;
  /** Whether every key was tried, so that no cause means that no key is to blame. */
  readonly searched: boolean;
}

export interface Naming {
  readonly app: App;
  /** The target's name, after which its block in the stack's config is called. */
  readonly target: string;
  /** Every key with its value, in the shape of app.yaml (`Loaded.resolved`). */
  readonly resolved: Readonly<Record<string, unknown>>;
}

/** One problem per key, input and reason, however many resources of a type have it. */
export function problemsOf(all: readonly Traced[], naming: Naming): Problem[] {
  const alike = Map.groupBy(all, ({ finding, resource, part, causes = [] }) =>
    JSON.stringify([finding.input, finding.reason, resource.type, part, causes]),
  );
  return [...alike.values()].flatMap(([first, ...more]) =>
    first ? [problemOf(first, more.length, naming)] : [],
  );
}

function problemOf(traced: Traced, more: number, naming: Naming): Problem {
  const { finding, resource } = traced;
  const others = more > 0 ? ` and ${more} more` : "";
  const input = finding.input ? `${formatInput(finding.input)} of ` : "";
  const verb = finding.severity === "error" ? "refuses" : "warns of";
  const what = `${packageOf(resource)} ${verb} ${input}${describe(resource)}${others}: ${finding.reason}`;
  return { ...blame(traced, naming), what };
}

/** `gcp.sql.DatabaseInstance db`, as programs call the type. */
function describe({ type, name }: PlannedResource): string {
  if (type.startsWith(PROVIDER)) return `the provider ${name}`;
  const [own = "", module = "", last = ""] = type.split(":");
  const folders = module.split("/").filter((folder) => folder !== "index" && folder !== fileOf(last));
  return `${[own, ...folders, last].join(".")} ${name}`;
}

const PROVIDER = "pulumi:providers:";

/** `databaseInstance` of `DatabaseInstance`, which adds nothing. */
const fileOf = (type: string): string => `${type.charAt(0).toLowerCase()}${type.slice(1)}`;

const packageOf = ({ type }: PlannedResource): string =>
  (type.startsWith(PROVIDER) ? type.slice(PROVIDER.length) : type).split(":")[0] ?? "";

/** More of them are not worth naming. */
const NAMED = 4;

function blame({ part, causes = [], searched }: Traced, naming: Naming): Pick<Problem, "path" | "remedy"> {
  const keys = distinct(causes.map((cause) => writtenPath(cause, naming)));
  const [only] = keys;
  if (only && keys.length === 1)
    return { path: only, remedy: "it comes from this key: write another value there" };
  if (keys.length > 1) {
    const some = keys.slice(0, NAMED).map(formatPath).join(", ");
    const rest = keys.length > NAMED ? ` and ${keys.length - NAMED} others` : "";
    return { path: common(keys), remedy: `it comes from ${some}${rest}: change one of them` };
  }
  const remedy = searched
    ? "no key was found that it comes from: if this part is as you want it, the mistake is Atelier's, so report it"
    : "look at what this part says";
  return { path: writtenPath(["app", ...part], naming), remedy };
}

function distinct(paths: readonly Path[]): Path[] {
  return [...new Map(paths.map((path) => [formatPath(path), path])).values()];
}

function common([first = [], ...rest]: readonly Path[]): Path {
  const differs = (key: string | number, index: number) => rest.some((path) => path[index] !== key);
  const end = first.findIndex(differs);
  return end < 0 ? first : first.slice(0, end);
}

/** A path below `app` or `settings` as its file writes it, or as much of it as stands there. */
function writtenPath([root, ...path]: Path, { app, target, resolved }: Naming): Path {
  if (root === "settings") return [`atelier:${target}`, ...path];
  const written = renamed(path, app);
  const there = written.findIndex((_, index) => !has(resolved, written.slice(0, index + 1)));
  return there < 0 ? written : written.slice(0, there);
}

/** Where the resolved app calls things otherwise than app.yaml does. */
function renamed(path: Path, app: App): Path {
  const [block, name, key, ...rest] = path;
  const named = String(name);
  if (block === "services" && key === "source") {
    const built = app.services[named]?.source.type === "build";
    return built ? [block, named, "build", ...rest] : [block, named, "image"];
  }
  if (block === "routes" && key === "to") return [block, named, app.routes[named]?.to.type ?? "to"];
  if (block === "edge" && key === "Content-Security-Policy") return [block, "headers", "csp"];
  if (block === "budget" && name === "ai") return [block, ...path.slice(2)];
  return path;
}

function has(root: unknown, path: Path): boolean {
  let value = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return false;
    value = (value as Record<string | number, unknown>)[key];
  }
  return true;
}

/** By file and line; what stands nowhere comes last. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  const rank = ({ at }: Problem) => (at ? at.line * 100_000 + at.column : Number.POSITIVE_INFINITY);
  const file = ({ at }: Problem) => at?.file ?? "\uffff";
  return [...problems].sort((a, b) => file(a).localeCompare(file(b)) || rank(a) - rank(b) || 0);
}

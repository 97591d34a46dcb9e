/** Reads from a repository what its workflows are written for, and refuses what they could not do. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { parse } from "yaml";
import type { App } from "../config/model.ts";
import { ConfigError, type Problem } from "../config/problem.ts";
import { suggest } from "../config/suggest.ts";
import { type LoginName, loginOf } from "./logins.ts";
import { type Pipeline, PREVIEW, type Previews } from "./pipeline.ts";

/** A stack as its own file and the app that it names say. */
export interface StackSource {
  readonly stack: string;
  readonly app: App;
  readonly target: string;
  /** The target's block of the stack's config. */
  readonly settings: unknown;
  /** Keys that app.yaml sets for this stack's environment alone: `services.api.scale.max`. */
  readonly ofEnvironment: readonly string[];
}

export interface Wanted {
  /** Folder with Pulumi.yaml. */
  readonly project: string;
  readonly deployed: StackSource;
  /** Without it: the branch that the target's settings let in, else main. */
  readonly branch?: string | undefined;
  readonly previews?:
    | { readonly source: StackSource; readonly ceiling: number; readonly hours: number }
    | undefined;
}

/** Names that stand in shell commands, YAML and environments: letters, digits and hyphens only. */
const STACK = /^[a-zA-Z0-9][a-zA-Z0-9-]{0,99}$/;
const BRANCH = /^(?!.*(\.\.|\/\/|\.lock$))[A-Za-z0-9_][A-Za-z0-9_./-]{0,199}(?<![./])$/;
const FOLDER = /^[A-Za-z0-9_@+][A-Za-z0-9_.@+-]*(\/[A-Za-z0-9_@+][A-Za-z0-9_.@+-]*)*$/;

/** @throws ConfigError with everything that is in the way */
export function readPipeline({ project, deployed, branch, previews }: Wanted): Pipeline {
  const root = repositoryOf(project);
  const folder = root === undefined ? "." : relative(root, resolve(project)).split(sep).join("/") || ".";
  const chosen = branch ?? branchIn(deployed.settings) ?? "main";
  const problems = [
    ...refuseStack(deployed.stack),
    ...refuseBranch(chosen, deployed.settings),
    ...refuseFolder(project, root, folder),
    ...refuseTarget(deployed),
    ...(previews ? refusePreviews(previews) : []),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    stack: deployed.stack,
    branch: chosen,
    folder,
    login: loginFor(deployed.target),
    url: `https://${deployed.app.edge.domain}`,
    secrets: secretsOf(project, deployed.stack),
    backend: namesBackend(project),
    ...(previews && { previews: previewsOf(project, previews) }),
  };
}

function previewsOf(project: string, { source, ceiling, hours }: NonNullable<Wanted["previews"]>): Previews {
  return { login: loginFor(source.target), secrets: secretsOf(project, source.stack), ceiling, hours };
}

/** Folder with `.git`; a worktree has a file of that name. */
export function repositoryOf(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

function refuseStack(stack: string): Problem[] {
  if (STACK.test(stack)) return [];
  const what = `${JSON.stringify(stack)} can't stand in a workflow`;
  const allowed = "up to 100 letters, digits and hyphens, a letter or digit first";
  return [{ path: ["--stack"], what, allowed, remedy: "name the stack prod for instance" }];
}

function refuseBranch(branch: string, settings: unknown): Problem[] {
  const let_in = branchIn(settings);
  if (!BRANCH.test(branch)) {
    const what = `${JSON.stringify(branch)} is no branch that a workflow could name`;
    return [{ path: ["--branch"], what, remedy: "write main for instance" }];
  }
  if (let_in === undefined || let_in === branch) return [];
  return [
    {
      path: ["--branch"],
      what: `the stack's settings let workflows of ${let_in} in, not of ${branch}`,
      remedy: `leave --branch out, or set github.branch: ${branch} there`,
    },
  ];
}

function refuseFolder(project: string, root: string | undefined, folder: string): Problem[] {
  const problems: Problem[] = [];
  if (root === undefined) {
    const what = "is in no git repository";
    problems.push({ path: [project], what, remedy: "run git init there, or go to a clone of it" });
  } else if (folder !== "." && !FOLDER.test(folder)) {
    const what = "is a folder whose name can't stand in a workflow";
    const allowed = "letters, digits and . _ - + @";
    problems.push({ path: [folder], what, allowed, remedy: "give the project's folder a plainer name" });
  }
  if (!existsSync(join(project, "package-lock.json"))) {
    const what = "is missing, and workflows install with npm ci";
    const remedy = "run npm install there and commit package-lock.json";
    problems.push({ path: [join(project, "package-lock.json")], what, remedy });
  }
  return problems;
}

function refuseTarget({ stack, target }: StackSource): Problem[] {
  const login = Object.hasOwn(loginOf, target) ? loginOf[target] : undefined;
  if (typeof login === "string") return [];
  const what = `runs on ${target}: ${login?.unsupported ?? "no workflow knows how to sign in there"}`;
  const allowed = Object.entries(loginOf).flatMap(([name, one]) => (typeof one === "string" ? [name] : []));
  const near = suggest(target, allowed);
  const remedy = login?.remedy ?? (near ? `did you mean ${near}?` : "name another stack with --stack");
  return [{ path: [`Pulumi.${stack}.yaml`], what, allowed: allowed.join(", "), remedy }];
}

function refusePreviews({ source, ceiling, hours }: NonNullable<Wanted["previews"]>): Problem[] {
  const { app, stack, ofEnvironment } = source;
  const problems = [...refuseTarget(source)];
  const path = [`Pulumi.${stack}.yaml`];
  const [key] = ofEnvironment;
  if (key !== undefined) {
    const what = `app.yaml sets ${key} for the environment ${app.environment}, and previews have environments of their own, such as pr-12`;
    problems.push({
      path,
      what,
      remedy: `move what stands in environments.${app.environment} to atelier:set there`,
    });
  }
  if (app.edge.domain === "localhost") {
    const what = "names no domain for previews";
    const remedy = `add atelier:set: { edge.domain: ${PREVIEW}.acme.example }; pull request 12 gets pr-12 in front of it`;
    problems.push({ path, what, remedy });
  }
  if (app.protect) {
    const what = "protects its data, so a preview could not be taken away";
    problems.push({ path, what, remedy: "add atelier:set: { protect: false }" });
  }
  if (!(ceiling > 0)) {
    const what = "is no amount of US dollars a month above 0";
    problems.push({ path: ["--ceiling"], what, remedy: "write --ceiling 50" });
  }
  if (!(Number.isInteger(hours) && hours >= 1 && hours <= 720)) {
    const what = "is no number of hours";
    problems.push({ path: ["--hours"], what, allowed: "whole hours, 1–720", remedy: "write --hours 72" });
  }
  return problems;
}

function loginFor(target: string): LoginName {
  const login = loginOf[target];
  if (typeof login !== "string") throw new Error(`${target} was not refused`);
  return login;
}

/** A target that lets one branch of a repository in says so below `github`. */
function branchIn(settings: unknown): string | undefined {
  const { github } = (settings ?? {}) as { readonly github?: { readonly branch?: unknown } };
  return typeof github?.branch === "string" ? github.branch : undefined;
}

/** A stack that a key management service encrypts for has no passphrase. */
function secretsOf(project: string, stack: string): Pipeline["secrets"] {
  const { secretsprovider } = yamlIn(join(project, `Pulumi.${stack}.yaml`)) as { secretsprovider?: unknown };
  return typeof secretsprovider === "string" && !/^(passphrase|default)$/.test(secretsprovider)
    ? "kms"
    : "passphrase";
}

function namesBackend(project: string): boolean {
  const { backend } = yamlIn(join(project, "Pulumi.yaml")) as { backend?: { url?: unknown } };
  return typeof backend?.url === "string";
}

function yamlIn(file: string): object {
  const value: unknown = existsSync(file) ? parse(readFileSync(file, "utf8")) : {};
  return typeof value === "object" && value !== null ? value : {};
}

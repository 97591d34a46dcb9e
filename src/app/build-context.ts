/** What goes into an image that is built here, as one hash, and which user its Dockerfile ends with. */
import { createHash, type Hash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import ignore, { type Ignore } from "ignore";

export interface BuildOptions {
  /** Path below the context. */
  readonly dockerfile: string;
  readonly args: Readonly<Record<string, string>>;
  readonly target?: string;
}

/** Hash of everything that a build depends on, 16 hex digits, fit for a tag.
 *
 * Counts: path, content, symbolic links and the executable bit of every file that `.dockerignore` lets through, the
 * Dockerfile in any case, arguments and target. Times, owners and the order of the folder do not.
 * @throws Error when the folder is not there
 */
export function contextHash(context: string, { dockerfile, args, target }: BuildOptions): string {
  const hash = createHash("sha256");
  const sortedArgs = Object.entries(args).sort(([a], [b]) => compare(a, b));
  hash.update(JSON.stringify([dockerfile, sortedArgs, target ?? null]));
  for (const path of contextFiles(context, dockerfile)) addFile(hash, context, path);
  return hash.digest("hex").slice(0, 16);
}

/** Paths below the context that the engine gets to see, sorted. Folders are only named when they are empty. */
export function contextFiles(context: string, dockerfile = "Dockerfile"): string[] {
  const rules = readRules(context);
  const always = new Set([dockerfile, ".dockerignore"]);
  const found: string[] = [];
  walk(context, "", (path, kind) => {
    const ignored = !always.has(path) && isIgnored(rules, path);
    if (kind === "folder") return !ignored || rules.some(({ keeps }) => keeps) || holds(path, dockerfile);
    if (!ignored) found.push(path);
    return false;
  });
  return found.sort(compare);
}

/** One line of .dockerignore. */
interface Rule {
  readonly pattern: Ignore;
  /** It began with `!`. */
  readonly keeps: boolean;
}

/** Docker reads patterns from the root of the context, and the last line that matches a path or a folder above it
 * decides. Git's rules, which the library knows, differ in both, so each line is a matcher of its own. */
function readRules(context: string): Rule[] {
  return readLines(join(context, ".dockerignore")).flatMap((line) => {
    const keeps = line.startsWith("!");
    const path = line
      .replace(/^!/, "")
      .trim()
      .replace(/^\.?\/+/, "")
      .replace(/\/+$/, "");
    if (path === "" || path === ".") return [];
    return [{ keeps, pattern: ignore({ ignorecase: false }).add(`/${path}`) }];
  });
}

function readLines(file: string): string[] {
  if (!lstatSync(file, { throwIfNoEntry: false })) return [];
  return readFileSync(file, "utf8")
    .split(/\r?\n/)
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.trim());
}

function isIgnored(rules: readonly Rule[], path: string): boolean {
  const last = rules.findLast(({ pattern }) => pattern.ignores(path));
  return last !== undefined && !last.keeps;
}

function holds(folder: string, file: string): boolean {
  return file.startsWith(`${folder}/`);
}

type Visit = (path: string, kind: "file" | "folder" | "empty folder") => boolean;

/** Calls `visit` for every entry; into a folder it goes when the call says so. */
function walk(root: string, below: string, visit: Visit): void {
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) {
      const empty = readdirSync(join(root, path)).length === 0;
      if (empty) visit(path, "empty folder");
      else if (visit(path, "folder")) walk(root, path, visit);
    } else if (entry.isFile() || entry.isSymbolicLink()) {
      visit(path, "file");
    }
  }
}

function addFile(hash: Hash, context: string, path: string): void {
  const file = join(context, path);
  const stat = lstatSync(file);
  if (stat.isDirectory()) {
    hash.update(JSON.stringify([path, "folder"]));
  } else if (stat.isSymbolicLink()) {
    hash.update(JSON.stringify([path, "link", readlinkSync(file)]));
  } else {
    const content = readFileSync(file);
    hash.update(JSON.stringify([path, "file", (stat.mode & 0o100) !== 0, content.length])).update(content);
  }
}

/** Whether the last stage of a Dockerfile runs as a user that it names, other than root. */
export function definesUser(dockerfile: string): boolean {
  const stages = new Map<string, boolean>();
  let current = { name: "", user: false };
  const text = readFileSync(dockerfile, "utf8").replaceAll(/\\\r?\n/g, " ");
  for (const line of text.split(/\r?\n/)) {
    const from = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(line);
    if (from?.[1]) {
      current = { name: from[2] ?? "", user: stages.get(from[1].toLowerCase()) ?? false };
    }
    const user = /^\s*USER\s+["']?([^\s:"']+)/i.exec(line)?.[1];
    if (user) current.user = user !== "root" && user !== "0";
    stages.set(current.name.toLowerCase(), current.user);
  }
  return current.user;
}

/** By code unit, so that every machine sorts alike. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

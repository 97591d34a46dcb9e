/** YAML text → plain values, with the place where each key and value is written.
 *
 * A small, safe part of YAML is read: maps with text keys, lists, and single values. Anchors, aliases, tags of one's
 * own and several documents are refused, so that every value stands exactly where it is read from.
 */
import { Composer, isAlias, isMap, isScalar, isSeq, LineCounter, type ParsedNode, Parser } from "yaml";
import { type Path, type Place, Places } from "./places.ts";
import type { Problem } from "./problem.ts";
import { show } from "./unreadable.ts";
import { depthOf, LARGEST_FILE, syntaxProblem } from "./yaml-syntax.ts";

const DEEPEST = 32;
const RESERVED = new Set(["__proto__", "constructor", "prototype"]);

export interface Document {
  /** The value; undefined when the text could not be read at all. */
  readonly value: unknown;
  readonly places: Places;
  readonly problems: readonly Problem[];
}

export interface ReadOptions {
  /** Single values at these paths are taken as text, exactly as they stand: `1.10` stays `1.10`. */
  readonly literal?: (path: Path) => boolean;
}

/** @param file as it is shown in messages. */
export function readYaml(file: string, text: string, { literal = () => false }: ReadOptions = {}): Document {
  const lines = new LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const places = new Places(at(0));
  const fail = (problem: Problem): Document => ({ value: undefined, places, problems: [problem] });

  if (text.length > LARGEST_FILE) {
    const what = `has ${text.length} characters`;
    return fail({
      path: [],
      at: at(0),
      what,
      allowed: `up to ${LARGEST_FILE}`,
      remedy: "split the app or leave out what is not used",
    });
  }
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const deep = depthOf(tokens, DEEPEST);
  if (deep !== undefined) {
    const what = `is nested deeper than ${DEEPEST} levels`;
    return fail({
      path: [],
      at: at(deep),
      what,
      allowed: `up to ${DEEPEST} levels`,
      remedy: "write it flatter",
    });
  }
  const documents = [
    ...new Composer({ prettyErrors: false, uniqueKeys: false, logLevel: "silent" }).compose(
      tokens,
      true,
      text.length,
    ),
  ];
  const [document, second] = documents;
  const wrong = document?.errors[0] ?? document?.warnings[0];
  if (wrong) return fail(syntaxProblem(wrong, text, at(wrong.pos[0])));
  if (second) {
    const what = "starts a second document";
    return fail({
      path: [],
      at: at(second.range[0]),
      what,
      allowed: "one document",
      remedy: "remove the line --- and what follows it",
    });
  }
  const contents = document?.contents;
  if (!contents || (isScalar(contents) && contents.value === null)) {
    return fail({ path: [], at: at(0), what: "is empty", remedy: "write at least a name and one service" });
  }
  const walker = { at, places, literal, problems: [] as Problem[] };
  try {
    const value = readNode(walker, contents as ParsedNode, []);
    return { value, places, problems: walker.problems };
  } catch (error) {
    if (!(error instanceof Anchored)) throw error;
    const what = `${show(error.message)} is an anchor or alias, which are not read here`;
    return fail({ path: [], at: at(error.offset), what, remedy: "write the value out" });
  }
}

/** The first anchor or alias ends the reading: what it stands for could be of any size. */
class Anchored extends Error {
  readonly offset: number;
  constructor(name: string, offset: number) {
    super(name);
    this.offset = offset;
  }
}

interface Walker {
  readonly at: (offset: number) => Place;
  readonly places: Places;
  readonly literal: (path: Path) => boolean;
  readonly problems: Problem[];
}

function readNode(walker: Walker, node: ParsedNode, path: Path): unknown {
  const place = walker.at(node.range[0]);
  walker.places.setValue(path, place);
  if (isAlias(node)) throw new Anchored(`*${node.source}`, node.range[0]);
  if (node.anchor !== undefined) throw new Anchored(`&${node.anchor}`, node.range[0]);
  if (isMap(node)) return readMap(walker, node, path);
  if (isSeq(node)) return readList(walker, node, path);
  if (node.value === null || !walker.literal(path)) return node.value;
  return typeof node.value === "string" ? node.value : (node.source ?? String(node.value));
}

function readList(walker: Walker, node: Extract<ParsedNode, { items: unknown[] }>, path: Path): unknown[] {
  return node.items.map((item, index) => {
    const value = readNode(walker, item as ParsedNode, [...path, index]);
    // `uses: [api]` is a map with the key `api` later on.
    if (typeof value === "string")
      walker.places.setValue([...path, value], walker.at((item as ParsedNode).range[0]));
    return value;
  });
}

function readMap(
  walker: Walker,
  node: Extract<ParsedNode, { items: unknown[] }>,
  path: Path,
): Record<string, unknown> {
  const map: Record<string, unknown> = {};
  const seen = new Set<string>();
  for (const { key, value } of node.items as { key: ParsedNode; value: ParsedNode | null }[]) {
    const name = readKey(walker, key, path);
    if (name === undefined) continue;
    const below = [...path, name];
    const place = walker.at(key.range[0]);
    if (seen.has(name)) {
      walker.problems.push({
        path: below,
        at: place,
        what: "is written twice",
        remedy: "remove or rename one of the two",
      });
      continue;
    }
    seen.add(name);
    walker.places.setKey(below, place);
    map[name] = value ? readNode(walker, value, below) : null;
  }
  return map;
}

function readKey(walker: Walker, key: ParsedNode, path: Path): string | undefined {
  const at = walker.at(key.range[0]);
  if (isAlias(key)) throw new Anchored(`*${key.source}`, key.range[0]);
  if (isScalar(key) && key.anchor !== undefined) throw new Anchored(`&${key.anchor}`, key.range[0]);
  if (!isScalar(key) || key.value === null) {
    const remedy = "write key: value; put a key with special characters in quotes";
    walker.problems.push({ path, at, what: "has a key that is not plain text", remedy });
    return undefined;
  }
  const name = typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
  if (RESERVED.has(name)) {
    walker.problems.push({ path: [...path, name], at, what: `${name} cannot be a key`, remedy: "rename it" });
    return undefined;
  }
  return name;
}

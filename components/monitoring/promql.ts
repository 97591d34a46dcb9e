/** Reads PromQL with Prometheus' own grammar: which metrics and labels a query names, and which labels its answer
 * carries.
 */
import { parser } from "@prometheus-io/lezer-promql";

/** A piece of a query. The grammar's own nodes are made anew at each look; a query is looked at many times. */
interface Node {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly isError: boolean;
  readonly parent: Node | undefined;
  readonly children: readonly Node[];
}

export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
  /** The selector as written, without range: `up{job="api"}`. */
  readonly text: string;
  /** Where it stands in the query. */
  readonly from: number;
  readonly to: number;
}

export interface Matcher {
  readonly label: string;
  readonly operator: "=" | "!=" | "=~" | "!~";
  readonly value: string;
}

/** Labels that a query groups or joins by, with the metrics that would have to carry them. */
export interface LabelUse {
  readonly label: string;
  readonly metrics: readonly string[];
}

export interface Query {
  readonly text: string;
  readonly selectors: readonly Selector[];
  readonly grouping: readonly LabelUse[];
  /** Labels of the answer's series, given the labels of each metric. */
  resultLabels(labelsOf: (metric: string) => readonly string[]): ReadonlySet<string>;
}

/** A query that the grammar does not accept. The message says where. */
export class PromqlError extends Error {
  override readonly name = "PromqlError";
}

/** Alternatives in one chain; beyond that the grammar's parser, which nests each `or` in the next, gives up. */
const LONGEST_CHAIN = 100;

/** Series of any of the queries. */
export function anyOf(queries: readonly string[]): string {
  if (queries.length <= LONGEST_CHAIN) return queries.join(" or ");
  const chains = Array.from({ length: Math.ceil(queries.length / LONGEST_CHAIN) }, (_, index) =>
    queries.slice(index * LONGEST_CHAIN, (index + 1) * LONGEST_CHAIN),
  );
  return anyOf(chains.map((chain) => `(${chain.join(" or ")})`));
}

export function parseQuery(text: string): Query {
  const root = treeOf(text);
  const broken = descendants(root).find(({ isError }) => isError);
  if (broken)
    throw new PromqlError(
      `is not PromQL at character ${broken.from + 1}: ${text.slice(broken.from, broken.from + 20) || "it ends too early"}`,
    );
  const at = (node: Node) => text.slice(node.from, node.to);
  const selectors = (node: Node) => named(node, "VectorSelector").map((found) => selectorOf(found, at));
  return {
    text,
    selectors: selectors(root),
    grouping: named(root, "GroupingLabels").flatMap((labels) => {
      const scope = groupingScope(labels);
      const metrics = selectors(scope).map(({ metric }) => metric);
      const made = labelsMade(scope, at);
      return named(labels, "LabelName")
        .map(at)
        .filter((label) => !made.includes(label))
        .map((label) => ({ label, metrics }));
    }),
    resultLabels: (labelsOf) => resultLabels(root, at, labelsOf),
  };
}

/** The query with further matchers on every selector: `up` → `up{namespace="shop"}`. */
export function narrow(text: string, ...matchers: readonly string[]): string {
  const { selectors } = parseQuery(text);
  const fromTheEnd = [...selectors].sort((a, b) => b.from - a.from);
  return fromTheEnd.reduce((query, { from, to, text: selector }) => {
    const [metric = "", inside = ""] = selector.replace(/\s*\}\s*$/, "").split(/\s*\{\s*(.*)/s);
    const all = [...(inside ? [inside.replace(/,$/, "")] : []), ...matchers].join(", ");
    return `${query.slice(0, from)}${metric}{${all}}${query.slice(to)}`;
  }, text);
}

function treeOf(text: string): Node {
  const cursor = parser.parse(text).cursor();
  const read = (parent?: Node): Node => {
    const { name, from, to, type } = cursor;
    const children: Node[] = [];
    const node = { name, from, to, isError: type.isError, parent, children };
    if (cursor.firstChild()) {
      do children.push(read(node));
      while (cursor.nextSibling());
      cursor.parent();
    }
    return node;
  };
  return read();
}

function selectorOf(node: Node, at: (node: Node) => string): Selector {
  const name = child(node, "Identifier");
  if (!name) throw new PromqlError(`selects by label alone: ${at(node)}; name the metric`);
  const matchers = named(node, "UnquotedLabelMatcher").map((matcher): Matcher => {
    const [label, operator, value] = ["LabelName", "MatchOp", "StringLiteral"].map((part) => {
      const found = child(matcher, part);
      return found ? at(found) : "";
    });
    return { label: label ?? "", operator: operator as Matcher["operator"], value: unquote(value ?? "") };
  });
  return { metric: at(name), matchers, text: at(node), from: node.from, to: node.to };
}

/** What `by (…)` groups, and both sides of what `on (…)` joins. */
function groupingScope(labels: Node): Node {
  let node = labels;
  while (node.parent && !["AggregateExpr", "BinaryExpr"].includes(node.name)) node = node.parent;
  return node;
}

/** Labels that label_replace and label_join write. */
function labelsMade(scope: Node, at: (node: Node) => string): string[] {
  return named(scope, "FunctionCall")
    .filter((call) =>
      ["LabelReplace", "LabelJoin"].some((name) => child(child(call, "FunctionIdentifier"), name)),
    )
    .flatMap((call) => childrenOf(child(call, "FunctionCallBody"), "StringLiteral").slice(0, 1))
    .map((literal) => unquote(at(literal)));
}

function resultLabels(
  node: Node,
  at: (node: Node) => string,
  labelsOf: (metric: string) => readonly string[],
): Set<string> {
  const inner = (part: Node | undefined) => (part ? resultLabels(part, at, labelsOf) : new Set<string>());
  const all = (parts: readonly Node[]) => new Set(parts.flatMap((part) => [...inner(part)]));
  switch (node.name) {
    case "VectorSelector":
      return new Set(labelsOf(selectorOf(node, at).metric));
    case "AggregateExpr": {
      const modifier = child(node, "AggregateModifier");
      const listed = modifier ? named(modifier, "LabelName").map(at) : [];
      const operand = inner(child(node, "FunctionCallBody"));
      if (child(modifier, "Without")) return new Set([...operand].filter((label) => !listed.includes(label)));
      const keeps = ["Topk", "Bottomk"].some((name) => child(child(node, "AggregateOp"), name));
      return keeps ? operand : new Set(listed.filter((label) => operand.has(label)));
    }
    case "BinaryExpr": {
      const [left, right] = expressions(node);
      const matching = child(node, "MatchingModifierClause");
      const groups = childrenOf(matching, "GroupingLabels").map((group) => named(group, "LabelName").map(at));
      if (child(node, "Or")) return new Set([...inner(left), ...inner(right)]);
      if (child(node, "And") || child(node, "Unless")) return inner(left);
      if (child(matching, "GroupLeft")) return new Set([...inner(left), ...(groups[1] ?? [])]);
      if (child(matching, "GroupRight")) return new Set([...inner(right), ...(groups[1] ?? [])]);
      if (child(matching, "On") && !isComparison(node)) return new Set(groups[0]);
      return left && named(left, "VectorSelector").length > 0 ? inner(left) : inner(right);
    }
    case "FunctionCall": {
      const labels = inner(child(node, "FunctionCallBody"));
      const name = child(node, "FunctionIdentifier");
      if (child(name, "HistogramQuantile")) labels.delete("le");
      if (child(name, "Vector") || child(name, "Scalar") || child(name, "Time")) return new Set();
      return new Set([...labels, ...labelsMade(node, at).slice(0, 1)]);
    }
    default:
      return all(node.children);
  }
}

const COMPARISONS = ["Eql", "Neq", "Gtr", "Lss", "Gte", "Lte"];
const isComparison = (node: Node) => COMPARISONS.some((name) => child(node, name));

/** The two sides of a binary expression. */
function expressions({ children }: Node): Node[] {
  return children.filter(
    ({ name }) => /Expr$|^FunctionCall$|Selector$|Literal$/.test(name) && name !== "MatchingModifierClause",
  );
}

const child = (node: Node | undefined, name: string): Node | undefined => childrenOf(node, name)[0];

const childrenOf = (node: Node | undefined, name: string): Node[] =>
  node?.children.filter((found) => found.name === name) ?? [];

function descendants(node: Node, into: Node[] = []): Node[] {
  into.push(node);
  for (const one of node.children) descendants(one, into);
  return into;
}

function named(node: Node, name: string): Node[] {
  return descendants(node).filter((found) => found.name === name);
}

function unquote(literal: string): string {
  return literal.startsWith('"') ? JSON.parse(literal) : literal.slice(1, -1);
}

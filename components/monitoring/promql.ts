/** Reads PromQL with Prometheus' own grammar: which metrics and labels a query names, and which labels its answer
 * carries.
 */
import { parser } from "@prometheus-io/lezer-promql";

type Node = ReturnType<typeof parser.parse>["topNode"];

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
  const root = parser.parse(text).topNode;
  const broken = descendants(root).find(({ type }) => type.isError);
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

function selectorOf(node: Node, at: (node: Node) => string): Selector {
  const name = node.getChild("Identifier");
  if (!name) throw new PromqlError(`selects by label alone: ${at(node)}; name the metric`);
  const matchers = named(node, "UnquotedLabelMatcher").map((matcher): Matcher => {
    const [label, operator, value] = ["LabelName", "MatchOp", "StringLiteral"].map((part) => {
      const child = matcher.getChild(part);
      return child ? at(child) : "";
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
      ["LabelReplace", "LabelJoin"].some((name) => call.getChild("FunctionIdentifier")?.getChild(name)),
    )
    .flatMap((call) => call.getChild("FunctionCallBody")?.getChildren("StringLiteral").slice(0, 1) ?? [])
    .map((literal) => unquote(at(literal)));
}

function resultLabels(
  node: Node,
  at: (node: Node) => string,
  labelsOf: (metric: string) => readonly string[],
): Set<string> {
  const inner = (child: Node | null) => (child ? resultLabels(child, at, labelsOf) : new Set<string>());
  const all = (children: readonly Node[]) => new Set(children.flatMap((child) => [...inner(child)]));
  switch (node.name) {
    case "VectorSelector":
      return new Set(labelsOf(selectorOf(node, at).metric));
    case "AggregateExpr": {
      const modifier = node.getChild("AggregateModifier");
      const listed = modifier ? named(modifier, "LabelName").map(at) : [];
      const operand = inner(node.getChild("FunctionCallBody"));
      if (modifier?.getChild("Without"))
        return new Set([...operand].filter((label) => !listed.includes(label)));
      const keeps = ["Topk", "Bottomk"].some((name) => node.getChild("AggregateOp")?.getChild(name));
      return keeps ? operand : new Set(listed.filter((label) => operand.has(label)));
    }
    case "BinaryExpr": {
      const [left, right] = expressions(node);
      const matching = node.getChild("MatchingModifierClause");
      const groups =
        matching?.getChildren("GroupingLabels").map((group) => named(group, "LabelName").map(at)) ?? [];
      if (node.getChild("Or")) return new Set([...inner(left ?? null), ...inner(right ?? null)]);
      if (node.getChild("And") || node.getChild("Unless")) return inner(left ?? null);
      if (matching?.getChild("GroupLeft")) return new Set([...inner(left ?? null), ...(groups[1] ?? [])]);
      if (matching?.getChild("GroupRight")) return new Set([...inner(right ?? null), ...(groups[1] ?? [])]);
      if (matching?.getChild("On") && !isComparison(node)) return new Set(groups[0]);
      return left && named(left, "VectorSelector").length > 0 ? inner(left) : inner(right ?? null);
    }
    case "FunctionCall": {
      const labels = inner(node.getChild("FunctionCallBody"));
      const name = node.getChild("FunctionIdentifier");
      if (name?.getChild("HistogramQuantile")) labels.delete("le");
      if (name?.getChild("Vector") || name?.getChild("Scalar") || name?.getChild("Time")) return new Set();
      return new Set([...labels, ...labelsMade(node, at).slice(0, 1)]);
    }
    default:
      return all(children(node));
  }
}

const COMPARISONS = ["Eql", "Neq", "Gtr", "Lss", "Gte", "Lte"];
const isComparison = (node: Node) => COMPARISONS.some((name) => node.getChild(name));

/** The two sides of a binary expression. */
function expressions(node: Node): Node[] {
  const sides = children(node).filter(
    ({ name }) => /Expr$|^FunctionCall$|Selector$|Literal$/.test(name) && name !== "MatchingModifierClause",
  );
  return sides;
}

function children(node: Node): Node[] {
  const found: Node[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
}

function descendants(node: Node): Node[] {
  return [node, ...children(node).flatMap(descendants)];
}

function named(node: Node, name: string): Node[] {
  return descendants(node).filter((found) => found.name === name);
}

function unquote(literal: string): string {
  return literal.startsWith('"') ? JSON.parse(literal) : literal.slice(1, -1);
}

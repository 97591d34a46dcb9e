/** The topology in words: what a picture shows, for those who do not see it. */
import type { Connection, ConnectionKind, Topology, TopologyNode } from "./model.ts";

/** One sentence for each node and each connection, separated by line feeds. */
export function describeTopology({ title, subtitle, nodes, connections }: Topology): string {
  const names = new Map(nodes.map((node) => [node.id, node.name]));
  const nameOf = (id: string) => names.get(id) ?? id;
  return [
    `Topology of ${title}: ${subtitle}.`,
    ...nodes.map(describeNode),
    ...connections.map((connection) => describeConnection(connection, nameOf)),
  ].join("\n");
}

function describeNode({ name, what, details, forms, ...node }: TopologyNode): string {
  const facts = [what, ...details, ...forms, ...(node.protected ? ["protected from deletion"] : [])];
  return `${name}: ${facts.join("; ")}.`;
}

const VERBS = {
  request: "sends requests to",
  login: "leads logged-in operators to",
  call: "calls",
  read: "reads",
  write: "reads and writes",
  after: "must succeed before the start of",
  egress: "calls, outside,",
} satisfies Record<ConnectionKind, string>;

function describeConnection({ from, to, kind, label }: Connection, nameOf: (id: string) => string): string {
  return `${nameOf(from)} ${VERBS[kind]} ${nameOf(to)}${label ? ` (${label})` : ""}.`;
}

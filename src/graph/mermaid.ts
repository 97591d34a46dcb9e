/** The topology as a Mermaid flowchart, for places that render it themselves, such as comments on pull requests. */

import { isStore } from "./card.ts";
import { ZONES } from "./layout.ts";
import { ZONE_LOOKS } from "./look.ts";
import type { ConnectionKind, Topology, TopologyNode } from "./model.ts";

/** Ends with a line feed. Every text is quoted and escaped, so that no name can break out of its node. */
export function renderMermaid({ title, subtitle, nodes, connections }: Topology): string {
  const ids = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const idOf = (id: string) => ids.get(id) ?? id;
  const zones = ZONES.flatMap((zone) => {
    const inside = nodes.filter((node) => node.zone === zone);
    if (inside.length === 0) return [];
    return [
      `  subgraph ${zone}["${ZONE_LOOKS[zone].title}"]`,
      ...inside.map((node) => `    ${idOf(node.id)}${shapeOf(node)}`),
      "  end",
    ];
  });
  const wires = connections.map(({ from, to, kind, label }) => {
    const words = label || WORDS[kind];
    return `  ${idOf(from)} ${ARROWS[kind]}|"${escaped(words)}"| ${idOf(to)}`;
  });
  return [
    "flowchart LR",
    `  accTitle: ${plain(`Topology of ${title}`)}`,
    `  accDescr: ${plain(subtitle)}`,
    ...zones,
    ...wires,
    "",
  ].join("\n");
}

function shapeOf(node: TopologyNode): string {
  const { name, what, forms } = node;
  const text = `"<b>${escaped(name)}</b><br/>${[what, ...forms].map(escaped).join("<br/>")}"`;
  if (isStore(node)) return `[(${text})]`;
  return node.zone === "public" || node.zone === "external" ? `([${text}])` : `[${text}]`;
}

const ARROWS = {
  request: "-->",
  login: "-->",
  call: "-->",
  write: "==>",
  read: "-->",
  after: "-.->",
  egress: "-.->",
} as const satisfies Record<ConnectionKind, string>;

const WORDS = {
  request: "requests",
  login: "login",
  call: "calls",
  write: "write",
  read: "read",
  after: "then",
  egress: "calls",
} as const satisfies Record<ConnectionKind, string>;

/** Mermaid's own entities, `#quot;` for instance; a backtick would start Markdown. */
function escaped(text: string): string {
  return text.replace(/[^\p{L}\p{N} .,:;/()+×·–*-]/gu, (character) => `#${character.codePointAt(0)};`);
}

/** For a line of its own, where nothing can be quoted. */
const plain = (text: string) => text.replace(/[^\p{L}\p{N} .,:/()·–-]/gu, " ");

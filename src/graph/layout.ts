/** Where everything goes: cards in layers from left to right, zones around them, wires in right angles.
 *
 * The Eclipse Layout Kernel does it (elkjs), because it knows nested boxes, ports and labels; the same topology always
 * gets the same layout. It is loaded when the first picture is drawn: 1.6 MB that no other command needs.
 */
import type { ELK, ElkExtendedEdge, ElkNode, ElkPort } from "elkjs/lib/elk-api.js";
import { type Card, cardOf } from "./card.ts";
import { effortOf } from "./crossings.ts";
import type { Box, Entrance, Layout, PlacedWire, Point } from "./geometry.ts";
import { EDGE } from "./ids.ts";
import type { Connection, ConnectionKind, Topology, TopologyNode, Zone } from "./model.ts";
import { widthOf } from "./text.ts";

export const LABEL_SIZE = 11;
export const ZONE_TITLE = 12;
/** In the order in which trust changes on the way in. */
export const ZONES = [
  "public",
  "edge",
  "private",
  "operations",
  "data",
  "external",
] as const satisfies Zone[];

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.json.shapeCoords": "ROOT",
  "elk.json.edgeCoords": "ROOT",
  "elk.padding": "[top=8,left=8,bottom=8,right=8]",
  "elk.spacing.nodeNode": "16",
  "elk.spacing.edgeNode": "12",
  "elk.spacing.edgeEdge": "8",
  "elk.layered.spacing.nodeNodeBetweenLayers": "28",
  "elk.layered.spacing.edgeNodeBetweenLayers": "14",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "8",
  "elk.layered.thoroughness": "30",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
};

const IN_ZONE = {
  "elk.portConstraints": "FIXED_SIDE",
  "elk.padding": `[top=${ZONE_TITLE + 20},left=14,bottom=14,right=14]`,
};

/** Starting points of the layout's search. Small pictures come out alike from each; those of forty services differ by
 * a third in length and crossings, and the best is taken.
 */
const SEEDS = ["1", "2", "3", "4"];
/** Wires for which one attempt will do, and beyond which more would take too long. */
const FEW = 30;
const MANY = 300;

/** @returns the same layout for the same topology, on every machine */
export async function layOut(topology: Topology): Promise<Layout> {
  const { nodes, connections } = topology;
  const cards = nodes.map(cardOf);
  const elk = await open();
  const lay = async (seed: string) =>
    read(await elk.layout(graphOf(topology, cards, seed)), cards, connections);
  const [first = "1", ...others] = SEEDS;
  const several = connections.length > FEW && connections.length <= MANY;
  let best = await lay(first);
  for (const seed of several ? others : []) {
    const layout = await lay(seed);
    if (effortOf(layout) < effortOf(best)) best = layout;
  }
  return best;
}

function graphOf({ connections }: Topology, cards: readonly Card[], seed: string): ElkNode {
  return {
    id: "root",
    layoutOptions: { ...OPTIONS, "elk.randomSeed": seed },
    children: zonesOf(cards, connections),
    edges: [...connections.map(edgeOf), ...trunksOf(connections)],
  };
}

async function open(): Promise<ELK> {
  const { default: Elk } = await import("elkjs/lib/elk.bundled.js");
  return new Elk.default();
}

function zonesOf(cards: readonly Card[], connections: readonly Connection[]): ElkNode[] {
  return ZONES.flatMap((zone): ElkNode[] => {
    const inside = cards.filter(({ node }) => node.zone === zone);
    if (inside.length === 0) return [];
    const children = inside.map((card) => childOf(card, connections));
    const ports = zone === "private" ? trunksOf(connections).flatMap(({ sources }) => sources) : [];
    return [
      { id: `zone ${zone}`, layoutOptions: IN_ZONE, children, ports: ports.map((id) => portOf(id, "EAST")) },
    ];
  });
}

const portOf = (id: string, side: "EAST" | "WEST"): ElkPort => ({
  id,
  width: 0,
  height: 0,
  layoutOptions: { "elk.port.side": side },
});

/** What leaves the private network for one card leaves it as one wire. */
const leaves = ({ kind }: Connection) => kind === "read" || kind === "write" || kind === "egress";
const gateOf = (connection: Connection) => `gate ${entranceOf(connection)}`;
const trunkOf = (connection: Connection) => `trunk ${entranceOf(connection)}`;

function trunksOf(connections: readonly Connection[]): ElkExtendedEdge[] {
  const trunks = new Map(connections.filter(leaves).map((connection) => [trunkOf(connection), connection]));
  return [...trunks].map(([id, connection]) => ({
    id,
    sources: [gateOf(connection)],
    targets: [entranceOf(connection)],
  }));
}

function childOf({ node, width, height }: Card, connections: readonly Connection[]): ElkNode {
  const ports = connections.flatMap((connection, index): [string, "EAST" | "WEST"][] => [
    ...(connection.from === node.id ? [[exitOf(connection, index), "EAST"] as [string, "EAST"]] : []),
    ...(connection.to === node.id ? [[entranceOf(connection), "WEST"] as [string, "WEST"]] : []),
  ]);
  return {
    id: node.id,
    width,
    height,
    layoutOptions: { "elk.portConstraints": "FIXED_SIDE" },
    ports: [...new Map(ports)].map(([id, side]) => portOf(id, side)),
  };
}

/** From the edge, one trunk per kind; from a service, one wire for each thing that it uses. */
const exitOf = ({ from, kind }: Connection, index: number) =>
  from === EDGE ? `${from} > ${kind}` : `${from} > ${index}`;

/** Wires of one kind that lead to one card come together before it. */
const entranceOf = ({ to, kind }: Connection) => `${to} < ${kind}`;

function edgeOf(connection: Connection, index: number): ElkExtendedEdge {
  const { label } = connection;
  return {
    id: `wire ${index}`,
    sources: [exitOf(connection, index)],
    targets: [leaves(connection) ? gateOf(connection) : entranceOf(connection)],
    ...(label && { labels: [{ text: label, ...labelSize(label), layoutOptions: ON_THE_LINE }] }),
  };
}

const labelSize = (label: string) => ({ width: Math.ceil(widthOf(label, LABEL_SIZE)) + 8, height: 16 });

const ON_THE_LINE = { "elk.edgeLabels.inline": "true" };

function read(laid: ElkNode, cards: readonly Card[], connections: readonly Connection[]): Layout {
  const zones = laid.children ?? [];
  const placed = new Map(zones.flatMap(({ children = [] }) => children.map((child) => [child.id, child])));
  const edges = new Map((laid.edges ?? []).map((edge) => [edge.id, edge]));
  return {
    width: Math.ceil(laid.width ?? 0),
    height: Math.ceil(laid.height ?? 0),
    zones: ZONES.flatMap((zone) => {
      const found = zones.find(({ id }) => id === `zone ${zone}`);
      return found ? [{ zone, ...boxOf(found) }] : [];
    }),
    cards: cards.map((card) => ({ ...card, ...pointOf(placed.get(card.node.id)) })),
    wires: connections.map((connection, index) =>
      wireOf(connection, [
        edges.get(`wire ${index}`),
        ...(leaves(connection) ? [edges.get(trunkOf(connection))] : []),
      ]),
    ),
    entrances: cards.flatMap(({ node }) => entrancesOf(node, placed.get(node.id))),
  };
}

function wireOf(connection: Connection, edges: readonly (ElkExtendedEdge | undefined)[]): PlacedWire {
  const points = edges
    .flatMap((edge) => edge?.sections ?? [])
    .flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint])
    .map(pointOf);
  const label = edges[0]?.labels?.[0];
  return { connection, points: straightened(points, connection), ...(label && { label: boxOf(label) }) };
}

/** Ports lie between whole pixels and lines do not, so that lines come out a little aslant. Each becomes level with
 * the end that it shares with other wires.
 */
function straightened(points: readonly Point[], { from }: Connection): Point[] {
  const level = from === EDGE ? [...points] : points.toReversed();
  for (const [index, { x, y }] of level.entries()) {
    const before = level[index - 1];
    if (before && Math.abs(before.y - y) < 2) level[index] = { x, y: before.y };
  }
  return from === EDGE ? level : level.toReversed();
}

function entrancesOf(node: TopologyNode, placed: ElkNode | undefined): Entrance[] {
  return (placed?.ports ?? []).flatMap((port) => {
    const kind = KINDS.find((each) => port.id === `${node.id} < ${each}`);
    return kind ? [{ node, kind, ...pointOf(port) }] : [];
  });
}

const KINDS = [
  "request",
  "login",
  "call",
  "read",
  "write",
  "after",
  "egress",
] as const satisfies ConnectionKind[];

const tenth = (n: number | undefined) => Math.round((n ?? 0) * 10) / 10;
const pointOf = (at: { x?: number; y?: number } | undefined): Point => ({ x: tenth(at?.x), y: tenth(at?.y) });
const boxOf = (box: ElkNode | { x?: number; y?: number; width?: number; height?: number }): Box => ({
  ...pointOf(box),
  width: tenth(box.width),
  height: tenth(box.height),
});

/** The topology as one SVG: no scripts, no outside files, light on paper and on screen, every text also in words. */
import { describeTopology } from "./describe.ts";
import { drawText } from "./draw-text.ts";
import type { Entrance, Layout, PlacedCard, PlacedWire } from "./geometry.ts";
import { iconOf } from "./icons.ts";
import { LABEL_SIZE, layOut, ZONE_TITLE } from "./layout.ts";
import { drawLegend } from "./legend.ts";
import { COLOURS, WIRES, ZONE_LOOKS } from "./look.ts";
import type { Topology } from "./model.ts";
import { outlineOf } from "./outline.ts";
import { arrowTip, pathOf, round } from "./path.ts";
import { escapeXml, FONT } from "./text.ts";
import { type Branch, branchesOf } from "./trunks.ts";

const MARGIN = 16;
const HEADER = 50;

/** @returns the whole document; the same bytes for the same topology */
export async function renderSvg(topology: Topology): Promise<string> {
  return drawSvg(topology, await layOut(topology));
}

function drawSvg(topology: Topology, layout: Layout): string {
  const legend = drawLegend(topology, Math.max(layout.width, MIN_WIDTH));
  const width = Math.max(layout.width, legend.width) + 2 * MARGIN;
  const height = HEADER + layout.height + legend.height + 2 * MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc" font-family="${FONT}">`,
    `<title id="title">Topology of ${escapeXml(topology.title)}</title>`,
    `<desc id="desc">${escapeXml(describeTopology(topology))}</desc>`,
    `<rect width="${width}" height="${height}" fill="${COLOURS.paper}"/>`,
    ...drawHeader(topology),
    `<g transform="translate(${MARGIN} ${HEADER + MARGIN})">`,
    ...layout.zones.map(drawZone),
    ...branchesOf(layout.wires).map(drawBranch),
    ...layout.wires.flatMap(drawLabel),
    ...layout.cards.map(drawCard),
    ...layout.entrances.flatMap(drawEntrance),
    "</g>",
    `<g transform="translate(${MARGIN} ${HEADER + MARGIN + layout.height})">`,
    legend.drawing,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

const MIN_WIDTH = 640;

function drawHeader({ title, subtitle }: Topology): string[] {
  return [
    drawText(title, { x: MARGIN + 8, y: MARGIN + 16, size: 18, colour: COLOURS.ink, bold: true }),
    drawText(subtitle, { x: MARGIN + 8, y: MARGIN + 36, size: 12, colour: COLOURS.quiet }),
  ];
}

function drawZone({ zone, x, y, width, height }: Layout["zones"][number]): string {
  const { tint, colour, title } = ZONE_LOOKS[zone];
  return [
    `<g class="zone">`,
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="10" fill="${tint}" stroke="${colour}" stroke-opacity="0.35"/>`,
    drawText(title, { x: x + 14, y: y + ZONE_TITLE + 8, size: ZONE_TITLE, colour, bold: true }),
    "</g>",
  ].join("");
}

function drawBranch({ wire, points, joint }: Branch): string {
  const { colour, width, dash } = WIRES[wire.connection.kind];
  const broken = dash ? ` stroke-dasharray="${dash}"` : "";
  const isWhole = points.at(-1) === wire.points.at(-1);
  return [
    `<g class="wire ${wire.connection.kind}">`,
    `<path d="${pathOf(points)}" fill="none" stroke="${colour}" stroke-width="${width}"${broken}/>`,
    isWhole ? `<path d="${arrowTip(points)}" fill="${colour}"/>` : "",
    joint ? `<circle cx="${round(joint.x)}" cy="${round(joint.y)}" r="2.2" fill="${colour}"/>` : "",
    "</g>",
  ].join("");
}

function drawLabel({ connection, label }: PlacedWire): string[] {
  if (!label) return [];
  const { x, y, width, height } = label;
  const { colour } = WIRES[connection.kind];
  return [
    `<g class="label"><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" fill="${COLOURS.paper}" stroke="${colour}" stroke-width="0.6"/>${drawText(connection.label, { x: x + width / 2, y: y + height / 2 + LABEL_SIZE * 0.35, size: LABEL_SIZE, colour, middle: true })}</g>`,
  ];
}

function drawCard(card: PlacedCard): string {
  const { node, x, y, left, lines } = card;
  const { colour } = ZONE_LOOKS[node.zone];
  const iconTop = (lines[0]?.baseline ?? 0) - 14;
  return [
    `<g class="card" data-node="${escapeXml(node.id)}">`,
    outlineOf(card),
    `<path d="${iconOf(node.kind)}" transform="translate(${x + left - 26} ${y + iconTop})" fill="none" stroke="${colour}" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"/>`,
    ...lines.map(({ text: words, size, weight, role, baseline }) =>
      drawText(words, {
        x: x + left,
        y: y + baseline,
        size,
        colour: role === "name" ? COLOURS.ink : role === "form" ? colour : COLOURS.quiet,
        bold: weight === "bold",
      }),
    ),
    "</g>",
  ].join("");
}

/** What wires may do with data stands where they come in. */
function drawEntrance({ node, kind, x, y }: Entrance): string[] {
  if (node.zone !== "data" || (kind !== "read" && kind !== "write")) return [];
  return [
    `<g class="port">${drawText(kind, { x: x + 5, y: y + 3.5, size: 10, colour: WIRES[kind].colour })}</g>`,
  ];
}

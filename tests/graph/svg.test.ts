import { beforeAll, describe, expect, it } from "vitest";
import type { Layout } from "../../src/graph/geometry.ts";
import { layOut } from "../../src/graph/layout.ts";
import { renderMermaid } from "../../src/graph/mermaid.ts";
import type { Topology } from "../../src/graph/model.ts";
import { renderPng } from "../../src/graph/png.ts";
import { renderSvg } from "../../src/graph/svg.ts";
import { topologyOf } from "../../src/graph/topology.ts";
import { branchesOf } from "../../src/graph/trunks.ts";
import { EXAMPLES, example, fortyServices } from "./apps.ts";

const HOSTILE = `</text></svg><script>alert("1")</script>&amp; ]]> "quoted" 'so' \u0000 \`code\` end`;

/** Names that app.yaml would refuse, because the picture must not depend on that. */
const hostile: Topology = {
  title: HOSTILE,
  subtitle: HOSTILE,
  nodes: (["users", "edge", "web", "postgres", "host"] as const).map((kind, index) => ({
    id: `${index} ${HOSTILE}`,
    kind,
    zone: (["public", "edge", "private", "data", "external"] as const)[index] ?? "private",
    name: HOSTILE,
    what: HOSTILE,
    details: [HOSTILE],
    forms: [HOSTILE],
    protected: true,
  })),
  connections: [{ from: `1 ${HOSTILE}`, to: `2 ${HOSTILE}`, kind: "request", label: HOSTILE }],
};

const isPng = (bytes: Uint8Array) =>
  Buffer.from(bytes.subarray(0, 8)).equals(Buffer.from("\x89PNG\r\n\x1a\n", "latin1"));

/** Width and height as the header says. */
const sizeOf = (png: Uint8Array) => {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
};

describe("the SVG", () => {
  it("is the same, byte for byte, each time and whatever was drawn before", async () => {
    const flashfit = topologyOf(example("flashfit-ai"));
    const first = await renderSvg(flashfit);
    await renderSvg(topologyOf(example("closetgpt")));
    expect(await renderSvg(flashfit)).toBe(first);
  });

  it("names itself and says everything in words", async () => {
    const svg = await renderSvg(topologyOf(example("flashfit-ai")));
    expect(svg).toContain(`role="img" aria-labelledby="title desc"`);
    expect(svg).toContain(`<title id="title">Topology of flashfit, prod</title>`);
    expect(/<desc id="desc">([^<]*)/.exec(svg)?.[1]).toContain("api reads and writes db.");
  });

  it("needs nothing from outside and runs nothing", async () => {
    const svg = await renderSvg(topologyOf(fortyServices()));
    expect(svg).not.toMatch(/<script|<style|<image|<foreignObject|\bhref=|\bon\w+=|url\(|@import/i);
  });

  it("cannot be broken out of by a name, and stays well-formed", async () => {
    const svg = await renderSvg(hostile);
    expect(svg).not.toContain("<script");
    expect(svg.match(/<\/svg>/g)).toHaveLength(1);
    // The parser of the renderer is strict.
    expect(isPng(await renderPng(svg))).toBe(true);
  });

  it("is drawn for an app that has nothing", async () => {
    const svg = await renderSvg({ title: "empty, dev", subtitle: "", nodes: [], connections: [] });
    expect(isPng(await renderPng(svg))).toBe(true);
  });
});

describe.each([...EXAMPLES, "forty services"] as const)("the layout of %s", (name) => {
  let layout: Layout;
  beforeAll(async () => {
    layout = await layOut(topologyOf(name === "forty services" ? fortyServices() : example(name)));
  }, 60_000);

  it("keeps cards apart and inside their zone, and zones apart", () => {
    const { cards, zones } = layout;
    for (const card of cards) {
      const zone = zones.find((each) => each.zone === card.node.zone);
      expect(zone && contains(zone, card), card.node.id).toBe(true);
      const overlapped = cards.filter((other) => other !== card && overlap(card, other));
      expect(
        overlapped.map(({ node }) => node.id),
        card.node.id,
      ).toEqual([]);
    }
    for (const zone of zones) {
      expect(zones.filter((other) => other !== zone && overlap(zone, other))).toEqual([]);
    }
  });

  it("leads wires around cards, in right angles", () => {
    for (const { connection, points } of layout.wires) {
      const lines = points.slice(1).map((to, index) => [points[index] ?? to, to] as const);
      const said = `${connection.from} to ${connection.to}`;
      expect(lines.length, said).toBeGreaterThan(0);
      expect(
        lines.filter(([a, b]) => a.x !== b.x && a.y !== b.y),
        said,
      ).toEqual([]);
      const through = layout.cards.filter((card) => lines.some(([a, b]) => crosses(card, a, b)));
      expect(
        through.map(({ node }) => node.id),
        said,
      ).toEqual([]);
    }
  });

  it("draws every stretch of a trunk once", () => {
    const drawn = branchesOf(layout.wires).flatMap(({ wire, points }) =>
      points.slice(1).map((to, index) => ({ wire, from: points[index] ?? to, to })),
    );
    const twice = drawn.filter((one, index) =>
      drawn
        .slice(index + 1)
        .some(
          (other) =>
            one.wire.connection.to === other.wire.connection.to &&
            one.wire.connection.kind === other.wire.connection.kind &&
            sharedLength(one, other) > 1,
        ),
    );
    expect(twice.map(({ wire }) => wire.connection)).toEqual([]);
  });

  it("is no ribbon", () => {
    expect(layout.width / layout.height).toBeGreaterThan(0.5);
    expect(layout.width / layout.height).toBeLessThan(3);
  });
});

describe("the PNG", () => {
  it("is twice the SVG's size, and the same each time", async () => {
    const svg = await renderSvg(topologyOf(example("flashfit-ai")));
    const png = await renderPng(svg);
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
    expect(sizeOf(png)).toEqual([Number(width) * 2, Number(height) * 2]);
    expect(Buffer.from(await renderPng(svg)).equals(Buffer.from(png))).toBe(true);
  });

  it("has the texts drawn in, from the font that comes along", async () => {
    const svg = await renderSvg(topologyOf(example("flashfit-ai")));
    const without = svg.replace(/<text[^>]*>[^<]*<\/text>/g, "");
    expect((await renderPng(svg)).length).toBeGreaterThan((await renderPng(without)).length * 1.5);
  });

  it("does not grow beyond what a machine can hold", async () => {
    const png = await renderPng(`<svg xmlns="http://www.w3.org/2000/svg" width="64000" height="10"></svg>`);
    expect(sizeOf(png)[0]).toBe(16_000);
  });
});

describe("Mermaid", () => {
  it("has every node, zone and connection", () => {
    const topology = topologyOf(example("flashfit-ai"));
    const text = renderMermaid(topology);
    expect(text).toMatch(/^flowchart LR\n/);
    expect(text.match(/^ {4}n\d+/gm)).toHaveLength(topology.nodes.length);
    expect(text.match(/^ {2}n\d+ (-->|==>|-\.->)/gm)).toHaveLength(topology.connections.length);
    expect(text.match(/^ {2}subgraph /gm)).toHaveLength(6);
  });

  it("quotes what a name could end a node with", () => {
    const text = renderMermaid(hostile);
    expect(text).not.toMatch(/<script|`|'/);
    expect(text.split("\n").filter((line) => (line.match(/"/g)?.length ?? 0) % 2 === 1)).toEqual([]);
  });
});

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const contains = (outer: Box, inner: Box) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

interface Line {
  readonly from: { readonly x: number; readonly y: number };
  readonly to: { readonly x: number; readonly y: number };
}

/** How far two lines lie on one another. */
function sharedLength(a: Line, b: Line): number {
  const along = (axis: "x" | "y", other: "x" | "y") => {
    if (a.from[other] !== a.to[other] || b.from[other] !== b.to[other] || a.from[other] !== b.from[other])
      return 0;
    const end = Math.min(Math.max(a.from[axis], a.to[axis]), Math.max(b.from[axis], b.to[axis]));
    return end - Math.max(Math.min(a.from[axis], a.to[axis]), Math.min(b.from[axis], b.to[axis]));
  };
  return Math.max(along("x", "y"), along("y", "x"));
}

/** Whether a line goes through the inside of a box; its ends may touch the border. */
function crosses(box: Box, a: { x: number; y: number }, b: { x: number; y: number }): boolean {
  const line = {
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.abs(a.x - b.x),
    height: Math.abs(a.y - b.y),
  };
  const inside = { x: box.x + 1, y: box.y + 1, width: box.width - 2, height: box.height - 2 };
  return overlap(inside, { ...line, width: line.width + 0.01, height: line.height + 0.01 });
}

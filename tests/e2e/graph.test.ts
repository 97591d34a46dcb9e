/** Pictures as a browser shows them. */
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  renderMermaid,
  renderSvg,
  renderTimeline,
  type Topology,
  topologyOf,
} from "../../src/graph/index.ts";
import { type EXAMPLES, example, fortyServices, planOf } from "../graph/apps.ts";
import { type OwnBrowser, openBrowser } from "../helpers/browser.ts";
import { drawMermaid, type Seen, seen, useFont } from "./graph/page.mjs";

const MERMAID = createRequire(import.meta.url).resolve("@mermaid-js/tiny/dist/mermaid.tiny.js");

/** Three services with a plan, FlashFit, two regions, and forty services. */
const PICTURES: Readonly<Record<string, () => Promise<Topology>>> = {
  closetgpt: () => planned("closetgpt", "gcp-compute"),
  flashfit: () => planned("flashfit-ai", "gcp-cloud-run"),
  "flashfit on one host": () => planned("flashfit-ai", "docker"),
  assistant: () => planned("ai-shopping-assistant", "gcp-cloud-run"),
  "forty services": async () => topologyOf(fortyServices()),
};

async function planned(name: (typeof EXAMPLES)[number], target: string): Promise<Topology> {
  const app = example(name);
  return topologyOf(app, await planOf(app, target));
}

let own: OwnBrowser;

beforeAll(async () => {
  own = await openBrowser();
});

afterAll(() => own?.close());

/** Opens the picture as a file of its own, as a reader would. */
async function open(svg: string): Promise<Page> {
  const file = join(own.folder, "picture.svg");
  await writeFile(file, svg);
  const page = await own.browser.newPage();
  await page.goto(`file://${file}`);
  return page;
}

async function look(svg: string, font?: string): Promise<Seen> {
  const page = await open(svg);
  try {
    if (font) await page.evaluate(useFont, font);
    return await page.evaluate(seen);
  } finally {
    await page.close();
  }
}

describe.each(Object.keys(PICTURES))("the picture of %s", (name) => {
  let svg: string;
  let found: Seen;
  beforeAll(async () => {
    svg = await renderSvg((await PICTURES[name]?.()) ?? topologyOf(fortyServices()));
    found = await look(svg);
  });

  it("has every text inside its box", () => {
    expect(found.texts).toBeGreaterThan(30);
    expect(found.spilled).toEqual([]);
  });

  it("has no text over another", () => {
    expect(found.overlapping).toEqual([]);
  });

  it("has no label over a card", () => {
    expect(found.covered).toEqual([]);
  });

  it("can be read: a contrast of 4.5 or more for every text, on screen and on white paper", () => {
    expect(found.faint).toEqual([]);
  });

  it("is an image with a name and a description", async () => {
    const page = await own.browser.newPage();
    try {
      await page.setContent(`<!doctype html><main>${svg}</main>`);
      await expect(page.getByRole("img", { name: /^Topology of / }).count()).resolves.toBe(1);
      expect(found.description.split("\n").length).toBeGreaterThan(10);
    } finally {
      await page.close();
    }
  });

  it("keeps its texts in place where none of its fonts is there", async () => {
    const { spilled, overlapping } = await look(svg, "DejaVu Sans, Verdana, monospace");
    expect({ spilled, overlapping }).toEqual({ spilled: [], overlapping: [] });
  });
});

describe("what the picture's test looks for", () => {
  it("is found where it is wrong", async () => {
    const svg = (await renderSvg(topologyOf(example("closetgpt")))).replaceAll(
      / (textLength|lengthAdjust)="[^"]*"/g,
      "",
    );
    const wrong = svg
      .replace(">backend</text>", ">a name that is much longer than its card can hold by far</text>")
      .replace("#475569", "#cbd5e1");
    const found = await look(wrong);
    expect(found.spilled.join()).toContain("a name that is much longer");
    expect(found.faint).not.toEqual([]);
  });
});

describe("the timeline", () => {
  it("can be read, and has no text over another", async () => {
    const bars = Array.from({ length: 60 }, (_, index) => ({
      name: `gcp:compute/network:Network number-${index}${"-long".repeat(index % 12)}`,
      start: index * 7,
      end: index * 7 + 20 + (index % 5) * 40,
      critical: index % 3 === 0,
    }));
    const found = await look(renderTimeline(bars, { title: "Rehearsed up of flashfit, prod" }));
    expect({ ...found, texts: found.texts > 80, description: found.description.length > 500 }).toEqual({
      texts: true,
      description: true,
      spilled: [],
      overlapping: [],
      covered: [],
      faint: [],
    });
  });
});

describe("Mermaid", () => {
  it.each(Object.keys(PICTURES))("draws %s with all its nodes", async (name) => {
    const topology = (await PICTURES[name]?.()) ?? topologyOf(fortyServices());
    const drawn = await draw(renderMermaid(topology));
    expect(drawn).toEqual({ nodes: topology.nodes.length, wires: topology.connections.length });
  });

  it("keeps hostile names where they are", async () => {
    const name = `</b><script>document.title = "broken"</script> "] --> x; \`end\` #quot; %% {{`;
    const node = {
      kind: "web",
      zone: "private",
      what: name,
      details: [],
      forms: [],
      protected: false,
    } as const;
    const topology: Topology = {
      title: name,
      subtitle: name,
      nodes: [
        { ...node, id: "a", name },
        { ...node, id: "b", name: "b" },
      ],
      connections: [{ from: "a", to: "b", kind: "call", label: name }],
    };
    await expect(draw(renderMermaid(topology))).resolves.toEqual({ nodes: 2, wires: 1 });
  });

  it("is refused by this test where it is wrong", async () => {
    await expect(draw("flowchart LR\n  a[ --> b")).rejects.toThrow(/Parse error/);
  });
});

async function draw(text: string): Promise<{ nodes: number; wires: number }> {
  const page = await own.browser.newPage();
  try {
    await page.setContent("<!doctype html><title>whole</title><main></main>");
    await page.addScriptTag({ path: MERMAID });
    const counts = await page.evaluate(drawMermaid, text);
    expect(await page.title()).toBe("whole");
    return counts;
  } finally {
    await page.close();
  }
}

import { describe, expect, it } from "vitest";
import { renderPng } from "../../src/graph/png.ts";
import { type Bar, describeTimeline, formatSeconds, renderTimeline } from "../../src/graph/timeline.ts";

const bar = (name: string, start: number, end: number, critical = false): Bar => ({
  name,
  start,
  end,
  critical,
});
const names = (svg: string) => [...svg.matchAll(/<g class="bar"><title>([^:]*):/g)].map(([, name]) => name);

describe("the timeline", () => {
  it("shows bars in the order in which they begin", () => {
    const svg = renderTimeline([bar("late", 5, 9), bar("early", 0, 5, true), bar("middle", 1, 2)]);
    expect(names(svg)).toEqual(["early", "middle", "late"]);
  });

  it("keeps the critical path and the longest of the others, and sums up the rest", () => {
    const short = Array.from({ length: 60 }, (_, index) => bar(`short ${index}`, 0, 1 + index / 100));
    const svg = renderTimeline([...short, bar("brief but critical", 0, 0.1, true), bar("long", 0, 90)]);
    expect(names(svg)).toHaveLength(40);
    expect(names(svg)).toEqual(expect.arrayContaining(["brief but critical", "long", "short 59"]));
    expect(names(svg)).not.toContain("short 0");
    expect(svg).toContain("22 more operations, 24 s together, none longer than 1.2 s");
  });

  it("tells the critical path by filling as well as by colour", () => {
    const [critical = "", other = ""] = renderTimeline([bar("a", 0, 1, true), bar("b", 1, 2)])
      .split(`<g class="bar">`)
      .slice(1);
    expect(/<rect[^>]*fill="([^"]*)"/.exec(critical)?.[1]).not.toBe("#ffffff");
    expect(/<rect[^>]*fill="([^"]*)"/.exec(other)?.[1]).toBe("#ffffff");
  });

  it("is the same whatever order the bars come in", () => {
    const bars = [bar("a", 0, 3), bar("b", 0, 3), bar("c", 0, 3, true)];
    expect(renderTimeline(bars.toReversed())).toBe(renderTimeline(bars));
  });

  it("is drawn without bars, with one of no length, and with hostile names", async () => {
    for (const bars of [[], [bar("now", 0, 0)], [bar(`</svg><script>&"' ${"w".repeat(300)}`, 0, 7000)]]) {
      const svg = renderTimeline(bars, { title: "<up>" });
      expect(svg).not.toMatch(/NaN|Infinity|<script/);
      expect((await renderPng(svg)).length).toBeGreaterThan(100);
    }
  });

  it("says the same in words", () => {
    const bars = [bar("network", 0, 40, true), bar("database", 40, 700, true), bar("bucket", 0, 3)];
    expect(describeTimeline(bars)).toBe(
      "3 operations in 11 min 40 s.\nnetwork: from 0 s to 40 s.\ndatabase: from 40 s to 11 min 40 s.",
    );
    expect(renderTimeline(bars)).toContain('<desc id="desc">3 operations in 11 min 40 s.');
  });
});

describe("seconds", () => {
  it.each([
    [0, "0 s"],
    [0.449, "0.4 s"],
    [9.96, "10 s"],
    [59.6, "1 min"],
    [185, "3 min 5 s"],
    [3600, "1 h"],
    [3725, "1 h 2 min"],
  ])("%d are %s", (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});

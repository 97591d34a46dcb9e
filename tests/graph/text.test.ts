import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import opentype from "opentype.js";
import { describe, expect, it } from "vitest";
import { breakLines, escapeXml, type Weight, widthOf } from "../../src/graph/text.ts";

const { resolve } = createRequire(import.meta.url);
const FILES: Readonly<Record<Weight, string>> = {
  regular: "400Regular/Arimo_400Regular.ttf",
  bold: "700Bold/Arimo_700Bold.ttf",
};

function fontOf(weight: Weight) {
  const file = readFileSync(resolve(`@expo-google-fonts/arimo/${FILES[weight]}`));
  return opentype.parse(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));
}

describe("widths", () => {
  it.each(["regular", "bold"] as const)("are the font's own, %s", (weight) => {
    const font = fontOf(weight);
    const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
    const wrong = [...ascii, "·", "–", "×"].filter(
      (character) => widthOf(character, font.unitsPerEm, weight) !== font.charToGlyph(character).advanceWidth,
    );
    expect(wrong).toEqual([]);
  });

  it("take what the table lacks to be as wide as high", () => {
    expect(widthOf("界", 10)).toBe(10);
  });
});

describe("lines", () => {
  const narrow = { width: 60, size: 11 };

  it("break at spaces and are never wider than asked for", () => {
    const text = "managed instance group and sixty-three-characters-long.names.without.any.space.in.them";
    const lines = breakLines(text, narrow);
    expect(lines.filter((line) => widthOf(line, 11) > 60)).toEqual([]);
    expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
  });

  it("keep a text that fits on one", () => {
    expect(breakLines("api", narrow)).toEqual(["api"]);
  });

  it("have no empty one where the first word is too wide", () => {
    expect(breakLines("wwwwwwwwwwwwwwww", narrow)).not.toContain("");
  });
});

describe("escaping", () => {
  it("leaves nothing that ends a text, an attribute or the document", () => {
    expect(escapeXml(`</text><script a="b" c='d'>&`)).toBe(
      "&lt;/text&gt;&lt;script a=&quot;b&quot; c=&apos;d&apos;&gt;&amp;",
    );
    expect(escapeXml("a\u0000b\ud800c\uffffd")).toBe("a\ufffdb\ufffdc\ufffdd");
    expect(escapeXml("tab\tand 🙂")).toBe("tab\tand 🙂");
  });
});

/** What runs inside of a page. Each function stands alone, because it goes there as text; types are in page.d.mts. */

/** What a browser shows of a picture. */
export function seen() {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const boxOf = (element) => element.getBoundingClientRect();
  const said = (element) => element.textContent ?? "";
  const overlap = (a, b, slack) =>
    a.left + slack < b.right &&
    b.left + slack < a.right &&
    a.top + slack < b.bottom &&
    b.top + slack < a.bottom;
  const inside = (inner, outer) =>
    inner.left >= outer.left - 0.5 &&
    inner.right <= outer.right + 0.5 &&
    inner.top >= outer.top - 0.5 &&
    inner.bottom <= outer.bottom + 0.5;

  const channels = (colour) => (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
  const luminance = (colour) => {
    const [r = 0, g = 0, b = 0] = channels(colour).map((channel) => {
      const share = channel / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };

  const texts = all("text");
  const shapes = all("rect, path, circle").filter((shape) => getComputedStyle(shape).fill !== "none");
  /** The last shape drawn under the middle of a text and before it. */
  const behind = (text) => {
    const { left, right, top, bottom } = boxOf(text);
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const under = shapes.filter((shape) => {
      const box = boxOf(shape);
      const before = shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING;
      return before && box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
    });
    const last = under.at(-1);
    return last ? getComputedStyle(last).fill : "rgb(255, 255, 255)";
  };

  const framed = all(".card, .label").flatMap((group) => {
    const frame = group.querySelector("rect, path");
    return [...group.querySelectorAll("text")].map((text) => ({ text, frame: frame ?? group }));
  });
  const page = boxOf(document.documentElement);
  const cards = all(".card > :first-child");
  return {
    texts: texts.length,
    spilled: [
      ...framed.filter(({ text, frame }) => !inside(boxOf(text), boxOf(frame))).map(({ text }) => said(text)),
      ...texts.filter((text) => !inside(boxOf(text), page)).map(said),
    ],
    overlapping: texts.flatMap((text, index) =>
      texts
        .slice(index + 1)
        // A line's box has room for descenders, which the next line's may use.
        .filter((other) => overlap(boxOf(text), boxOf(other), 2.5))
        .map((other) => `${said(text)} / ${said(other)}`),
    ),
    covered: all(".label")
      .filter((label) => cards.some((card) => overlap(boxOf(label), boxOf(card), 0.5)))
      .map(said),
    faint: texts.flatMap((text) => {
      const { fill } = getComputedStyle(text);
      const worst = Math.min(contrast(fill, behind(text)), contrast(fill, "rgb(255, 255, 255)"));
      return worst < 4.5 ? [`${said(text)}: ${worst.toFixed(2)}`] : [];
    }),
    description: document.querySelector("desc")?.textContent ?? "",
  };
}

/** Makes the picture use another font. */
export function useFont(family) {
  document.documentElement.setAttribute("font-family", family);
}

/** Draws a flowchart with the Mermaid that the page has loaded. */
export async function drawMermaid(source) {
  const main = document.querySelector("main");
  main.innerHTML = (await globalThis.mermaid.render("picture", source)).svg;
  return {
    nodes: main.querySelectorAll(".node").length,
    wires: main.querySelectorAll(".edgePaths path").length,
  };
}

/** Draws a garment as SVG: an outline per category, filled with its colour and pattern. Attributes only, no
 * style, so that the content security policy holds.
 */
const NS = "http://www.w3.org/2000/svg";

/** Outlines in a box of 100 × 100. */
const OUTLINES = {
  dress: "M40 8 L45 18 Q50 22 55 18 L60 8 L65 11 Q62 28 60 40 L82 92 Q50 99 18 92 L40 40 Q38 28 35 11 Z",
  jumpsuit:
    "M38 6 L44 14 Q50 19 56 14 L62 6 L72 12 L66 42 L70 94 L54 94 L50 56 L46 94 L30 94 L34 42 L28 12 Z",
  blouse:
    "M38 14 Q50 26 62 14 L76 20 Q92 40 88 62 L74 62 L70 44 Q70 70 74 86 Q50 92 26 86 Q30 70 30 44 L26 62 L12 62 Q8 40 24 20 Z",
  shirt:
    "M38 12 L50 24 L62 12 L80 20 L94 68 L80 73 L71 44 L71 88 L29 88 L29 44 L20 73 L6 68 L20 20 Z M50 24 L50 88",
  "t-shirt": "M36 14 Q50 28 64 14 L82 20 L96 44 L80 54 L72 44 L72 90 L28 90 L28 44 L20 54 L4 44 L18 20 Z",
  sweater: "M37 14 Q50 22 63 14 L79 20 L94 76 L80 80 L72 48 L72 90 L28 90 L28 48 L20 80 L6 76 L21 20 Z",
  hoodie:
    "M34 18 Q36 4 50 4 Q64 4 66 18 L80 24 L94 76 L80 80 L72 50 L72 91 L28 91 L28 50 L20 80 L6 76 L20 24 Z M40 66 L60 66 L64 80 L36 80 Z",
  cardigan:
    "M36 12 L50 46 L64 12 L79 20 L93 78 L79 82 L72 50 L72 92 L28 92 L28 50 L21 82 L7 78 L21 20 Z M50 46 L50 92",
  blazer:
    "M36 10 L50 44 L64 10 L81 19 L92 78 L78 81 L73 50 L75 93 L25 93 L27 50 L22 81 L8 78 L19 19 Z M50 44 L50 93",
  jacket:
    "M38 12 L50 18 L62 12 L80 20 L93 74 L79 78 L72 48 L72 82 L28 82 L28 48 L21 78 L7 74 L20 20 Z M50 18 L50 82",
  coat: "M37 6 L50 30 L63 6 L78 13 L90 64 L77 67 L71 40 L77 97 L23 97 L29 40 L23 67 L10 64 L22 13 Z M50 30 L50 97",
  skirt: "M34 12 L66 12 L68 20 L88 88 Q50 97 12 88 L32 20 Z M32 20 L68 20",
  jeans: "M32 6 L68 6 L74 95 L56 95 L50 34 L44 95 L26 95 Z M32 13 L68 13",
  trousers: "M33 5 L67 5 L71 96 L57 96 L50 30 L43 96 L29 96 Z M33 11 L67 11",
  shorts: "M28 22 L72 22 L84 76 L55 78 L50 48 L45 78 L16 76 Z M28 30 L72 30",
  boots: "M38 8 L62 8 L62 56 Q64 64 80 68 Q92 72 92 84 L92 90 L36 90 L38 60 Z M36 84 L92 84",
  sneakers: "M10 46 Q18 52 28 42 L36 38 Q52 58 76 62 Q94 66 94 78 L94 84 L8 84 Q4 62 10 46 Z M7 76 L94 76",
  heels: "M12 26 Q24 28 30 46 Q42 66 74 70 Q92 72 92 82 L64 84 Q36 78 22 54 L24 88 L18 88 Z",
  bag: "M20 40 L80 40 L88 90 L12 90 Z M34 40 Q34 14 50 14 Q66 14 66 40",
  scarf: "M34 8 L60 8 L64 40 L66 84 L40 84 L36 40 Z M42 84 L42 94 M50 84 L50 94 M58 84 L58 94",
};

let drawn = 0;

/** @param {{category: string, colour: string, hex: string, pattern: string, title: string}} item */
export function garment(item) {
  const id = `pattern-${++drawn}`;
  const svg = element("svg", {
    viewBox: "0 0 100 104",
    role: "img",
    "aria-label": item.title,
    class: "garment",
  });
  const ink = contrast(item.hex);
  const pattern = PATTERNS[item.pattern]?.(id, ink);
  const outline = OUTLINES[item.category] ?? OUTLINES["t-shirt"];
  const body = {
    d: outline,
    "stroke-linejoin": "round",
    stroke: ink,
    "stroke-opacity": "0.28",
    "stroke-width": "1.6",
  };
  svg.append(element("path", { ...body, fill: item.hex }));
  if (pattern) svg.append(pattern, element("path", { d: outline, fill: `url(#${id})`, opacity: "0.42" }));
  return svg;
}

const PATTERNS = {
  striped: (id, ink) => tile(id, 8, element("rect", { width: "8", height: "3", fill: ink })),
  dotted: (id, ink) => tile(id, 10, element("circle", { cx: "5", cy: "5", r: "2", fill: ink })),
  checked: (id, ink) =>
    tile(id, 12, element("path", { d: "M0 0h6v12h-6z M0 0h12v6h-12z", fill: ink, opacity: "0.6" })),
  floral: (id, ink) =>
    tile(id, 16, ...petals(ink), element("circle", { cx: "8", cy: "8", r: "1.6", fill: "#ffd166" })),
  knitted: (id, ink) =>
    tile(id, 6, element("path", { d: "M0 0 L3 4 L6 0", fill: "none", stroke: ink, "stroke-width": "1.2" })),
  embroidered: (id, ink) =>
    tile(
      id,
      14,
      element("path", { d: "M7 2v10 M2 7h10 M4 4l6 6 M10 4l-6 6", stroke: ink, "stroke-width": "1" }),
    ),
};

function petals(ink) {
  const around = [
    [8, 4.6],
    [11.4, 8],
    [8, 11.4],
    [4.6, 8],
  ];
  return around.map(([cx, cy]) => element("circle", { cx, cy, r: "2.3", fill: ink }));
}

function tile(id, size, ...content) {
  const pattern = element("pattern", { id, width: size, height: size, patternUnits: "userSpaceOnUse" });
  pattern.append(...content);
  return pattern;
}

/** Dark ink on light cloth, light ink on dark cloth. */
function contrast(hex) {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return red * 0.3 + green * 0.59 + blue * 0.11 > 120 ? "#1d1a2b" : "#ffffff";
}

function element(name, attributes) {
  const node = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
}

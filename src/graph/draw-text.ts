/** One line of text in an SVG. */
import { round } from "./path.ts";
import { escapeXml, widthOf } from "./text.ts";

export interface TextLook {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly colour: string;
  readonly bold?: boolean;
  readonly middle?: boolean;
}

/** `textLength` holds a text to the width that the layout counted on where the viewer has none of the fonts. */
export function drawText(
  words: string,
  { x, y, size, colour, bold = false, middle = false }: TextLook,
): string {
  const width = widthOf(words, size, bold ? "bold" : "regular");
  const attributes = [
    `x="${round(x)}"`,
    `y="${round(y)}"`,
    `font-size="${size}"`,
    `fill="${colour}"`,
    ...(bold ? [`font-weight="700"`] : []),
    ...(middle ? [`text-anchor="middle"`] : []),
    `textLength="${round(width)}"`,
    `lengthAdjust="spacingAndGlyphs"`,
  ];
  return `<text ${attributes.join(" ")}>${escapeXml(words)}</text>`;
}

/** How wide a text will be, and where its lines break, without a browser.
 *
 * Widths are those of Arimo, which Liberation Sans, Arial and Helvetica share by design; one of the four is on nearly
 * every machine, and Arimo comes with the package for the PNG. tests/graph/text.test.ts compares the table with the
 * font's own.
 */

export const FONT = "Arimo, 'Liberation Sans', Arial, Helvetica, sans-serif";

export type Weight = "regular" | "bold";

const UNITS_PER_EM = 2048;

/** Advance widths of the printable ASCII characters from space to tilde. */
const WIDTHS: Readonly<Record<Weight, readonly number[]>> = {
  // biome-ignore format: a table
  regular: [569,569,727,1139,1139,1821,1366,391,682,682,797,1196,569,682,569,569,1139,1139,1139,1139,1139,1139,1139,1139,1139,1139,569,569,1196,1196,1196,1139,2079,1366,1366,1479,1479,1366,1251,1593,1479,569,1024,1366,1139,1706,1479,1593,1366,1593,1479,1366,1251,1479,1366,1933,1366,1366,1251,569,569,569,961,1139,682,1139,1139,1024,1139,1139,569,1139,1139,455,455,1024,455,1706,1139,1139,1139,1139,682,1024,569,1139,1024,1479,1024,1024,1024,684,532,684,1196],
  // biome-ignore format: a table
  bold: [569,682,971,1139,1139,1821,1479,487,682,682,797,1196,569,682,569,569,1139,1139,1139,1139,1139,1139,1139,1139,1139,1139,682,682,1196,1196,1196,1251,1997,1479,1479,1479,1479,1366,1251,1593,1479,569,1139,1479,1251,1706,1479,1593,1366,1593,1479,1366,1251,1479,1366,1933,1366,1366,1251,682,569,682,1196,1139,682,1139,1251,1139,1251,1139,682,1251,1251,569,569,1139,569,1821,1251,1251,1251,1251,797,1139,682,1251,1139,1593,1139,1139,1024,797,573,797,1196],
};

/** The others that Atelier itself writes. Anything else is taken to be as wide as it is high. */
const OTHERS: Readonly<Record<string, number>> = { "·": 682, "–": 1139, "×": 1196 };

/** In pixels.
 * @param size of the font, in pixels
 */
export function widthOf(text: string, size: number, weight: Weight = "regular"): number {
  const units = [...text].reduce((sum, character) => {
    const code = character.codePointAt(0) ?? 0;
    return sum + (WIDTHS[weight][code - 32] ?? OTHERS[character] ?? UNITS_PER_EM);
  }, 0);
  return (units / UNITS_PER_EM) * size;
}

export interface Breaking {
  /** Widest line, in pixels. */
  readonly width: number;
  readonly size: number;
  readonly weight?: Weight;
}

/** Lines no wider than asked for: broken at spaces, and inside a word where it is wider than a whole line. */
export function breakLines(text: string, { width, size, weight = "regular" }: Breaking): string[] {
  const fits = (line: string) => widthOf(line, size, weight) <= width;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((word) => pieces(word, fits))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** A word that fits is one piece; a longer one breaks after `.`, `-` or `/` where it can. */
function pieces(word: string, fits: (line: string) => boolean): string[] {
  if (fits(word)) return [word];
  let end = word.length - 1;
  while (end > 1 && !fits(word.slice(0, end))) end -= 1;
  const good = word.slice(0, end).search(/[.\-/](?=[^.\-/]*$)/);
  const at = good > end / 2 ? good + 1 : end;
  return [word.slice(0, at), ...pieces(word.slice(at), fits)];
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Safe as text and in attributes of XML: what XML cannot carry at all becomes a replacement character. */
export function escapeXml(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
    .replace(NOT_IN_XML, "\ufffd");
}

/** Control characters, halves of a surrogate pair, and what is no character. */
const NOT_IN_XML = /[^\P{Cc}\t\n\r]|\p{Cs}|[\ufffe\uffff]/gu;

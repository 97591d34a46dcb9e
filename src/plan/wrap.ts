/** Lines of a terminal. */
import { stripVTControlCharacters } from "node:util";

export interface Wrapped {
  /** Columns. A longer word stands out. */
  readonly width: number;
  /** Before the first line and before the others. */
  readonly first: string;
  readonly rest: string;
}

/** Breaks a text at spaces. Colours take no room. */
export function wrap(text: string, { width, first, rest }: Wrapped): string {
  const rows: string[] = [];
  let row = first;
  let empty = true;
  for (const word of text.split(/\s+/)) {
    const longer = empty ? `${row}${word}` : `${row} ${word}`;
    if (!empty && stripVTControlCharacters(longer).length > width) {
      rows.push(row);
      row = `${rest}${word}`;
    } else row = longer;
    empty = false;
  }
  return [...rows, row].join("\n");
}

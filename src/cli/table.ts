/** Aligned columns for a terminal. */

/** One line per row, columns as wide as their widest cell, two spaces between them. */
export function formatTable(rows: readonly (readonly string[])[], indent = "  "): string {
  const widths = rows.reduce<number[]>(
    (known, row) => row.map((cell, column) => Math.max(known[column] ?? 0, cell.length)),
    [],
  );
  const pad = (row: readonly string[]) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return rows.map((row) => `${indent}${pad(row)}`.trimEnd()).join("\n");
}

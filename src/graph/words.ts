/** `1 service`, `2 services`, `2 addresses`. */
export const count = (n: number, noun: string) =>
  `${n} ${n === 1 ? noun : `${noun}${noun.endsWith("s") ? "es" : "s"}`}`;

/** The first few, and how many more there are: `/api, /app +2`. */
export function shortList(items: readonly string[], most: number): string {
  const more = items.length - most;
  return more > 0 ? `${items.slice(0, most).join(", ")} +${more}` : items.join(", ");
}

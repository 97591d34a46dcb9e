/** Why a written value cannot be read: the parts of a Problem that a parser knows. */
export class Unreadable extends Error {
  readonly what: string;
  readonly remedy: string;
  readonly allowed: string | undefined;
  constructor(what: string, { allowed, remedy }: { allowed?: string; remedy: string }) {
    super(`${what}${allowed ? `; allowed: ${allowed}` : ""}; ${remedy}`);
    this.what = what;
    this.remedy = remedy;
    this.allowed = allowed;
  }
}

const LONGEST = 60;
// Control, format and line separator characters would break the one line of a message.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/u;

/** A written value as it stands in a message: short, on one line, quoted when it would not be seen otherwise. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a map";
  if (value === null || value === undefined) return "nothing";
  const text = String(value);
  if (typeof value !== "string") return text;
  const short = [...text].length > LONGEST ? `${[...text].slice(0, LONGEST - 1).join("")}…` : text;
  if (UNPRINTABLE.test(short)) return escaped(short);
  return short.trim() !== short || short === "" ? `"${short}"` : short;
}

function escaped(text: string): string {
  const characters = [...text].map((char) =>
    UNPRINTABLE.test(char) ? `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}` : char,
  );
  return `"${characters.join("")}"`;
}

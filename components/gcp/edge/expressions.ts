/** Conditions in Cloud Armor's rules language, a part of CEL.
 *
 * Limits are Google's: https://docs.cloud.google.com/armor/quotas and the rules language reference.
 */

/** Comparisons and calls in one expression; `&&`, `||` and `!` do not count. */
export const MOST_PARTS = 5;
export const LONGEST_PART = 1024;
export const LONGEST_EXPRESSION = 2048;

/** Parts that are joined by `&&`, and how many they count for. */
export interface Condition {
  readonly text: string;
  readonly parts: number;
}

export const literal = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/** The path as a lenient service would read it: `/%61pi` is `/api`. */
const PATH = "request.path.urlDecode()";

/** Signs stand in brackets, because a backslash would have to pass two languages. */
const pattern = (path: string) =>
  path
    .split("/")
    .slice(1)
    .map((segment) => `/+${segment.replace(/[.*+?${}()|[\]]/g, "[$&]")}`)
    .join("");

/** Any of these paths and everything below them; doubled slashes change nothing. One part. */
export function below(...paths: readonly string[]): Condition {
  const any = paths.map(pattern).join("|");
  const all = paths.length === 1 ? any : `(?:${any})`;
  return { text: `${PATH}.matches(${literal(`^${all}(?:/|$)`)})`, parts: 1 };
}

/** As `below` for one path, without the regular expression of which an expression may have only one. Two parts. */
export function within(path: string): Condition {
  return {
    text: `(${PATH} == ${literal(path)} || ${PATH}.startsWith(${literal(`${path}/`)}))`,
    parts: 2,
  };
}

export const not = ({ text, parts }: Condition): Condition => ({ text: `!${text}`, parts });

export const hasHeader = (name: string): Condition => ({
  text: `has(request.headers[${literal(name.toLowerCase())}])`,
  parts: 1,
});

export const hasCookie = (name: string): readonly Condition[] => [
  hasHeader("cookie"),
  { text: `request.headers['cookie'].contains(${literal(`${name}=`)})`, parts: 1 },
];

/** The body says that it is longer than this. Two parts. */
export const longerThan = (bytes: number): readonly Condition[] => [
  hasHeader("content-length"),
  { text: `int(request.headers['content-length']) > ${Math.floor(bytes)}`, parts: 1 },
];

export const methodIsNot = (...methods: readonly string[]): Condition => ({
  text: `!request.method.matches('^(?:${methods.join("|")})$')`,
  parts: 1,
});

export const all = (conditions: readonly Condition[]): string =>
  conditions.map(({ text }) => text).join(" && ");

/** Ways to break a configuration: in its tree, and in its text. Each is chosen by numbers, so that a seed repeats it. */
export interface Mutation {
  readonly kind: number;
  /** Chooses a place. */
  readonly at: number;
  /** Chooses a value. */
  readonly value: number;
  readonly text: string;
}

type Container = Record<string | number, unknown>;

interface Spot {
  readonly parent: Container;
  readonly key: string | number;
}

/** Values that no key expects, and many that some key does. */
const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  "",
  " ",
  "yes",
  0,
  -1,
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1e308,
  9_007_199_254_740_992,
  65_536,
  [],
  {},
  [[]],
  [null],
  { "": "" },
  { toString: 1, valueOf: 2 },
  "512Mi",
  "999999999Ti",
  "0Gi",
  "10s",
  "0s",
  "99999999999w",
  "70%",
  "700%",
  "1000/min",
  "-5/s",
  "$1e9",
  "10.0.0.0/33",
  "300.1.2.3/8",
  "fe80::/200",
  "0 3 * * * *",
  "61 3 * * *",
  "@daily",
  "*/0 * * * *",
  "nginx",
  "nginx:latest",
  "a@sha256:12",
  "../../../etc/passwd",
  "/",
  "//",
  "/api/",
  "https://",
  "javascript:alert(1)",
  "api",
  "db",
  "constructor",
  "hasOwnProperty",
  "toString",
  "ﬀ—𝕏 ‮ \u0000",
  "😀".repeat(40),
  "x".repeat(5000),
  "a\nb",
  "a: b: c",
  "worker",
  "static",
  "redis",
  "required",
  { generate: "hex" },
  { min: 5, max: 1 },
];

const KEYS = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "kind",
  "port",
  "uses",
  "memroy",
  "",
  "é",
  "a.b",
  "x".repeat(300),
  "services",
  "schedule",
  "image",
];

export function mutateTree(root: unknown, { kind, at, value, text }: Mutation): unknown {
  const spots = spotsOf(root);
  const spot = spots[at % spots.length];
  if (!spot) return root;
  const { parent, key } = spot;
  const other = spots[value % spots.length];
  const changes: readonly (() => void)[] = [
    () => set(parent, key, VALUES[value % VALUES.length]),
    () => set(parent, key, VALUES[value % VALUES.length]),
    () => void (Array.isArray(parent) ? parent.splice(Number(key), 1) : delete parent[key]),
    () => other && set(parent, key, structuredClone(other.parent[other.key])),
    () => set(parent, KEYS[value % KEYS.length] ?? "", parent[key]),
    () => set(parent, text, parent[key]),
    () => set(parent, key, text),
    () => rename(parent, String(key), misspelt(String(key), value)),
    () => set(parent, key, { [text]: parent[key] }),
    () => set(parent, key, [parent[key], parent[key]]),
  ];
  changes[kind % changes.length]?.();
  return root;
}

function spotsOf(root: unknown): Spot[] {
  if (typeof root !== "object" || root === null) return [];
  return Object.entries(root).flatMap(([key, inner]) => [
    { parent: root as Container, key },
    ...spotsOf(inner),
  ]);
}

/** Also for `__proto__`, which plain assignment would swallow. */
function set(parent: Container, key: string | number, value: unknown): void {
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}

function rename(parent: Container, key: string, name: string): void {
  if (Array.isArray(parent) || name === key) return;
  set(parent, name, parent[key]);
  delete parent[key];
}

function misspelt(key: string, value: number): string {
  const at = value % Math.max(key.length, 1);
  return key.slice(0, at) + key.slice(at + 1);
}

const BOMB = `a: &a [x, x, x, x, x, x, x, x, x]\n${["b", "c", "d", "e", "f", "g", "h"]
  .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefg"[index]}`).join(", ")}]`)
  .join("\n")}\n`;

const SNIPPETS = [
  "\t",
  "\u0000",
  "\ufeff",
  ": ",
  "- ",
  "{",
  "}",
  "[",
  "]",
  '"',
  "'",
  "|",
  ">",
  "#",
  "&a ",
  "*a",
  "!!binary ",
  "!evil ",
  "%YAML 1.1\n",
  "---\n",
  "...\n",
  "? ",
  "<<: *a\n",
  "\r",
  "\r\n",
  "\u2028",
  "__proto__: 1\n",
  "name: twice\n",
  BOMB,
  "[".repeat(2000),
  "{a: ".repeat(500),
  "- ".repeat(500),
  "? ".repeat(500),
  "x: 1\n".repeat(300),
];

export function mutateText(text: string, { kind, at, value, text: noise }: Mutation): string {
  const place = at % (text.length + 1);
  const lines = text.split("\n");
  const line = at % lines.length;
  const snippet = SNIPPETS[value % SNIPPETS.length] ?? "";
  const changes: readonly (() => string)[] = [
    () => text.slice(0, place) + snippet + text.slice(place),
    () => lines.toSpliced(line, 0, snippet).join("\n"),
    () => text.slice(0, place) + noise + text.slice(place),
    () => text.slice(0, place) + text.slice(place + 1 + (value % 5)),
    () => text.slice(0, place),
    () => lines.toSpliced(line, 0, lines[value % lines.length] ?? "").join("\n"),
    () => lines.toSpliced(line, 1, ` ${lines[line]}`).join("\n"),
    () => text.slice(0, place) + String.fromCharCode(value % 65_536) + text.slice(place + 1),
  ];
  return changes[kind % changes.length]?.() ?? text;
}

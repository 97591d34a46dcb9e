/** `atelier keys`: what each key of app.yaml becomes on each target. */
import type { Carried } from "../../components/contracts/carries.ts";
import { carriesOf } from "../../stacks/carries.ts";
import { type KeyPath, keyPaths } from "../config/key-paths.ts";
import { suggest } from "../config/suggest.ts";

interface KeysOptions {
  readonly key?: string | undefined;
  readonly markdown?: boolean | undefined;
}

export function runKeys(args: KeysOptions): void {
  if (args.markdown) process.stdout.write(keysAsMarkdown());
  else process.stdout.write(keysAsText(args.key ?? ""));
}

const TARGETS = Object.keys(carriesOf) as (keyof typeof carriesOf)[];

/** One block per key: its meaning, and a line per target. */
export function keysAsText(part: string): string {
  const found = [...keyPaths()].filter(([path]) => path.includes(part));
  if (found.length === 0) return `${noKey(part)}\n`;
  const width = Math.max(...TARGETS.map((target) => target.length)) + 2;
  const blocks = found.map(([path, meaning]) => {
    const lines = TARGETS.map((target) => `  ${target.padEnd(width)}${inWords(carriesOf[target][path])}`);
    return [path, `  ${meaning}`, ...lines].join("\n");
  });
  return `${blocks.join("\n\n")}\n`;
}

function noKey(part: string): string {
  const words = [...new Set([...keyPaths().keys()].flatMap((path) => path.split(".")))];
  const near = suggest(part, words);
  return `there is no key with ${part}; ${near ? `did you mean ${near}?` : "npx atelier keys prints all of them"}`;
}

function inWords(
  { in: places, refused, differs, fixed, readBy }: Carried,
  code = (text: string) => text,
): string {
  return [
    ...(places.length > 0 ? [places.map(code).join(", ")] : []),
    ...(refused === undefined ? [] : [`refused: ${refused}`]),
    ...(differs === undefined ? [] : [`differs: ${differs}`]),
    ...(fixed === undefined ? [] : [fixed]),
    ...(readBy === undefined ? [] : [`read by \`${readBy}\``]),
  ].join("; ");
}

const BLOCKS = ["services", "data", "secrets", "routes", "edge", "monitoring", "budget", "usage"] as const;

export function keysAsMarkdown(): string {
  const all = [...keyPaths().keys()];
  const blockOf = (path: KeyPath) => BLOCKS.find((block) => path.startsWith(`${block}.`));
  const groups = [undefined, ...BLOCKS].map((block) => {
    const rows = all.filter((path) => blockOf(path) === block).map(row);
    return [`## ${block ?? "The app"}`, "", head, ruler, ...rows, ""].join("\n");
  });
  return `${INTRODUCTION}\n${groups.join("\n")}`;
}

const head = `| key | ${TARGETS.join(" | ")} |`;
const ruler = `|---|${TARGETS.map(() => "---").join("|")}|`;

function row(path: KeyPath): string {
  const cells = TARGETS.map((target) => inWords(carriesOf[target][path], (place) => `\`${place}\``));
  return `| \`${path}\` | ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

const INTRODUCTION = `# What each key becomes
Made by \`npx atelier keys --markdown\` from the tables \`carries.ts\` of the targets; \`npx atelier keys rateLimit\` prints the rows of one key with its meaning. The tests in \`tests/keys\` change every key on every target and look which arguments of which resources differ, what is refused and what is said to differ: a key that changed nothing and was not spoken of would fail them.

A cell names resource and argument as the provider calls them; \`docker.Container[edge-files]\` is the one of that name, \`<name>\` any part's. The cells show the places that say most, not every one that follows. \`refused\` and \`differs\` quote the sentence that \`atelier config\` or \`up\` says. Keys have their long form: \`health: /\` is \`health.live\` and \`health.ready\`.
`;

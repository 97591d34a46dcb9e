/** A Dockerfile as rules read it: stages, instructions, and the commands that RUN starts. */
import { DockerfileParser, type Instruction as Parsed } from "dockerfile-ast";

export interface Instruction {
  /** Upper case: `RUN`. */
  readonly keyword: string;
  /** Without flags, continued lines joined. */
  readonly text: string;
  /** `--from=build` → `from: build`. */
  readonly flags: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  /** From 1. */
  readonly line: number;
}

export interface Stage {
  /** With arguments put in where they have a default; empty where they have none. */
  readonly image: string;
  readonly alias?: string;
  readonly line: number;
  readonly instructions: readonly Instruction[];
}

/** One program that a RUN starts. */
export interface Command {
  readonly words: readonly string[];
  readonly line: number;
}

export interface Dockerfile {
  /** As it is called in messages. */
  readonly file: string;
  readonly stages: readonly Stage[];
}

export function parseDockerfile(file: string, content: string): Dockerfile {
  const known = new Map<string, string>();
  const stages: { image: string; alias?: string; line: number; instructions: Instruction[] }[] = [];
  for (const parsed of DockerfileParser.parse(content).getInstructions()) {
    const one = describe(parsed, content);
    if (one.keyword === "ARG" && stages.length === 0) {
      const [, name = "", value = ""] = /^(\w+)(?:=(.*))?$/.exec(unquoted(one.text)) ?? [];
      known.set(name, unquoted(value));
    } else if (one.keyword === "FROM") {
      const [image = "", as = "", alias] = one.words;
      const named = as.toLowerCase() === "as" && alias !== undefined;
      stages.push({
        image: withDefaults(image, known),
        ...(named && { alias }),
        line: one.line,
        instructions: [],
      });
    } else stages.at(-1)?.instructions.push(one);
  }
  return { file, stages };
}

/** Every program of every RUN in a stage: pipes, lists and conditions taken apart. */
export function commandsOf({ instructions }: Stage): Command[] {
  return instructions
    .filter(({ keyword }) => keyword === "RUN")
    .flatMap(({ text, line }) => programs(text).map((words) => ({ words, line })));
}

function describe(parsed: Parsed, content: string): Instruction {
  const range = parsed.getRange();
  const raw = content
    .split("\n")
    .slice(range.start.line, range.end.line + 1)
    .join("\n")
    .trimStart();
  const keyword = parsed.getKeyword();
  const flags: Record<string, string> = {};
  let rest = joined(raw.slice(keyword.length));
  for (let flag = FLAG.exec(rest); flag; flag = FLAG.exec(rest)) {
    flags[flag[1] ?? ""] = flag[2] ?? "";
    rest = rest.slice(flag[0].length).trimStart();
  }
  return {
    keyword,
    text: rest,
    flags,
    words: rest.split(/\s+/).filter((word) => word !== ""),
    line: range.start.line + 1,
  };
}

const FLAG = /^--([\w-]+)(?:=(\S*))?(?=\s)/;

/** Comments may stand between continued lines. A here-document keeps its lines. */
function joined(raw: string): string {
  if (/<<-?["']?\w/.test(raw)) return raw.trim();
  return raw
    .split("\n")
    .filter((line) => !/^\s*#/.test(line))
    .map((line) => line.replace(/\\\s*$/, ""))
    .join(" ")
    .trim();
}

const unquoted = (value: string): string => value.replace(/^(["'])(.*)\1$/, "$2");

const withDefaults = (image: string, known: ReadonlyMap<string, string>): string =>
  image.replaceAll(
    /\$\{?(\w+)(?::-([^}]*))?\}?/g,
    (_, name: string, fallback?: string) => known.get(name) || fallback || "",
  );

/** Words in the shell that stand before a program. */
const BEFORE = /^(if|then|else|elif|while|until|do|!|exec|time|env|command|nohup|[A-Za-z_]\w*=\S*)$/;

function programs(text: string): string[][] {
  const script = shellOf(text);
  return pieces(script).flatMap((piece) => {
    const words = piece.match(/"(?:\\.|[^"])*"|'[^']*'|[^\s"']+/g)?.map(unquoted) ?? [];
    const first = words.findIndex((word) => !BEFORE.test(word));
    return first < 0 ? [] : [words.slice(first)];
  });
}

/** The exec form is one program; a here-document is a script. */
function shellOf(text: string): string {
  const heredoc = /^<<-?["']?(\w+)["']?[^\n]*\n([\s\S]*?)\n\s*\1\s*$/.exec(text);
  if (heredoc) return (heredoc[2] ?? "").replaceAll("\n", "; ");
  if (!text.startsWith("[")) return text;
  try {
    const words: unknown = JSON.parse(text);
    if (!Array.isArray(words)) return text;
    const [shell, flag, script] = words.map(String);
    return /\bsh$/.test(shell ?? "") && flag === "-c" ? (script ?? "") : words.join(" ");
  } catch {
    return text;
  }
}

/** Between `;`, `&&`, `||`, `|` and brackets, which count only outside of quotes. */
function pieces(script: string): string[] {
  const found: string[] = [];
  let [current, quote] = ["", ""];
  for (const letter of script) {
    if (quote === "" && /[;&|()\n{}]/.test(letter)) {
      found.push(current);
      current = "";
      continue;
    }
    if (quote === letter) quote = "";
    else if (quote === "" && (letter === '"' || letter === "'")) quote = letter;
    current += letter;
  }
  return [...found, current].map((piece) => piece.trim()).filter((piece) => piece !== "");
}

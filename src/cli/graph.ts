/** `atelier graph`: the topology of an app as a picture. */
import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { Stop } from "../../bootstrap/stop.mjs";
import { ConfigError } from "../config/problem.ts";
import { renderMermaid } from "../graph/mermaid.ts";
import type { Topology } from "../graph/model.ts";
import { renderPng } from "../graph/png.ts";
import { renderSvg } from "../graph/svg.ts";
import { topologyOf } from "../graph/topology.ts";
import type { Plan } from "../plan/model.ts";
import { readOptions } from "./options.ts";
import { type Chosen, readSubject, type Targets } from "./subject.ts";
import { SUBJECT_OPTIONS } from "./subject-options.ts";

const OPTIONS = {
  ...SUBJECT_OPTIONS,
  format: { type: "string" },
  from: { type: "string" },
  out: { type: "string" },
} as const;

export async function runGraph(rawArgs: readonly string[]): Promise<void> {
  const { targets } = await import("../../stacks/targets.ts");
  const { picture, file } = await answerGraph(rawArgs, {
    targets,
    isTerminal: process.stdout.isTTY === true,
  });
  if (file === undefined) process.stdout.write(picture);
  else process.stderr.write(await save(file, picture));
}

export interface Answer {
  readonly picture: string | Uint8Array;
  /** Where it goes; standard output where there is none. */
  readonly file?: string;
}

export interface Surroundings {
  readonly targets: Targets;
  /** Standard output is one, and is to be spared a picture. */
  readonly isTerminal: boolean;
}

/** @throws ConfigError with everything that is wrong with the options, the app, or the app on the target */
export async function answerGraph(
  rawArgs: readonly string[],
  { targets, isTerminal }: Surroundings,
): Promise<Answer> {
  const options = readOptions("graph", OPTIONS, rawArgs);
  const format = formatOf(options);
  const from = oneOf("--from", options.from ?? "plan", ["plan", "app"]);
  const chosen = await readSubject(options, targets);
  const plan = from === "plan" ? await planOf(chosen) : undefined;
  const picture = await RENDER[format](topologyOf(chosen.app, plan));
  const { app, environment } = chosen.subject;
  const file = options.out ?? (isTerminal ? `${app}-${environment}${ENDING[format]}` : undefined);
  return { picture, ...(file !== undefined && { file }) };
}

type Format = "svg" | "png" | "mermaid";

const RENDER = {
  svg: renderSvg,
  png: async (topology) => renderPng(await renderSvg(topology)),
  mermaid: async (topology) => renderMermaid(topology),
} as const satisfies Record<Format, (topology: Topology) => Promise<string | Uint8Array>>;

const ENDING = { svg: ".svg", png: ".png", mermaid: ".mmd" } as const satisfies Record<Format, string>;

const BY_ENDING: Readonly<Record<string, Format>> = {
  ".svg": "svg",
  ".png": "png",
  ".mmd": "mermaid",
  ".mermaid": "mermaid",
};

/** As asked for, else as the file's name ends.
 * @throws ConfigError when the two do not agree, or neither says anything known
 */
export function formatOf({ format, out }: { readonly format?: string; readonly out?: string }): Format {
  const ending = out === undefined ? "" : extname(out).toLowerCase();
  const implied = Object.hasOwn(BY_ENDING, ending) ? BY_ENDING[ending] : undefined;
  if (format === undefined) {
    if (out === undefined) return "svg";
    if (implied) return implied;
    throw new ConfigError([
      {
        path: ["--out"],
        what: `${JSON.stringify(out)} does not say which format it is to have`,
        allowed: `a name that ends in ${Object.keys(BY_ENDING).join(", ")}`,
        remedy: "change the ending, or add --format svg",
      },
    ]);
  }
  const asked = oneOf("--format", format, ["svg", "png", "mermaid"]);
  if (implied === undefined || implied === asked) return asked;
  throw new ConfigError([
    {
      path: ["--format"],
      what: `${asked} does not go with --out ${out}, which ends like ${implied}`,
      remedy: `leave --format out, or write to a file that ends in ${ENDING[asked]}`,
    },
  ]);
}

function oneOf<const T extends string>(option: string, written: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === written);
  if (found) return found;
  const what = `${JSON.stringify(written)} is not one of them`;
  throw new ConfigError([
    {
      path: [option],
      what,
      allowed: allowed.join(", "),
      remedy: `write ${option} ${allowed[0]} for instance`,
    },
  ]);
}

/** @throws ConfigError with everything that the target refuses */
async function planOf({ app, subject, target, settings, refusals }: Chosen): Promise<Plan> {
  if (refusals.length > 0) throw new ConfigError(refusals);
  const { planProgram } = await import("../plan/run.ts");
  return planProgram({ app, subject, open: () => target.assume(app, settings) });
}

/** @throws Stop when the file cannot be written */
export async function save(file: string, picture: string | Uint8Array): Promise<string> {
  try {
    await writeFile(file, picture);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Stop(`the picture could not be written to ${file}: ${why}; name another file with --out`);
  }
  return `the picture is in ${file}\n`;
}

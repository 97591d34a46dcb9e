/** The difference of two plans for a terminal. */
import type { createColors } from "picocolors";
import type { ChangedInput, Difference, Kind, ResourceChange } from "./difference.ts";
import { shortType } from "./tree.ts";
import { wrap } from "./wrap.ts";

type Paint = ReturnType<typeof createColors>;

const WIDTH = 80;

export const SIGNS: Readonly<Record<Kind, string>> = { create: "+", update: "~", replace: "±", delete: "-" };

export function changeAsText({ changes, unchanged }: Difference, against: string, paint: Paint): string {
  const title = paint.bold(`Against ${against}`);
  if (changes.length === 0) return `${title}\n  nothing changes; ${unchanged} resources are as they were`;
  return [
    `${title}: ${inNumbers({ changes, unchanged })}`,
    ...changes.flatMap((change) => lines(change, paint)),
  ].join("\n");
}

const WORDS: Readonly<Record<Kind, string>> = {
  create: "to create",
  update: "to change",
  replace: "to replace",
  delete: "to delete",
};

export function inNumbers({ changes, unchanged }: Difference): string {
  const kinds = (Object.keys(WORDS) as Kind[]).flatMap((kind) => {
    const { length } = changes.filter((change) => change.kind === kind);
    return length > 0 ? [`${length} ${WORDS[kind]}`] : [];
  });
  return [...kinds, `${unchanged} unchanged`].join(", ");
}

function lines({ kind, type, name, inputs, loses, protect }: ResourceChange, paint: Paint): string[] {
  const colour = COLOURS(paint)[kind];
  const guarded = protect && kind !== "update" && kind !== "create" ? "  protected: Pulumi refuses it" : "";
  return [
    `  ${colour(`${SIGNS[kind]} ${shortType(type)} ${name}`)}${guarded}`,
    ...(loses ? [paint.bold(paint.red(`      LOSES ${loses}`))] : []),
    ...inputs.map((input) => wrap(inWords(input), { width: WIDTH, first: "      ", rest: "        " })),
  ];
}

const COLOURS = (paint: Paint) =>
  ({ create: paint.green, update: paint.yellow, replace: paint.magenta, delete: paint.red }) as const;

const LONGEST = 200;

/** `settings.tier: db-f1-micro → db-custom-2-7680, which replaces it` */
export function inWords({ path, from, to, replaces }: ChangedInput): string {
  return `${path}: ${value(from)} → ${value(to)}${replaces ? ", which replaces it" : ""}`;
}

function value(one: ChangedInput["from"]): string {
  if (one === undefined) return "nothing";
  const text = typeof one === "string" ? one : JSON.stringify(one);
  const line = text.replace(/\s+/g, " ");
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

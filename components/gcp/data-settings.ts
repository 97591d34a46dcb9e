/** Settings per data part that would mean nothing: of a part that is not there, or that has no such thing. */

import type { App, DataKind } from "../../src/config/model.ts";
import type { Problem } from "../../src/config/problem.ts";
import { suggest } from "../../src/config/suggest.ts";
import type { GcpSettings } from "./settings.ts";

type Key = keyof GcpSettings["data"][string];

/** What each kind takes; Redis says itself why it has no tier. */
const TAKEN: Readonly<Record<DataKind, readonly Key[]>> = {
  postgres: ["tier"],
  redis: ["tier"],
  documents: ["location"],
  vectors: ["volume"],
  bucket: [],
  auth: [],
};

export function refuseDataSettings({ data }: App, settings: GcpSettings): Problem[] {
  return Object.entries(settings.data).flatMap(([name, own]) => {
    const kind = Object.hasOwn(data, name) ? data[name]?.kind : undefined;
    if (kind === undefined) return [unknown(name, Object.keys(data))];
    const taken = TAKEN[kind];
    return (Object.keys(own) as Key[])
      .filter((key) => !taken.includes(key))
      .map((key) => ({
        path: ["settings", "data", name, key],
        what: `${name} is of kind ${kind}, which has no ${key}`,
        ...(taken.length > 0 && { allowed: taken.join(", ") }),
        remedy: "remove it",
      }));
  });
}

function unknown(name: string, known: readonly string[]): Problem {
  const near = suggest(name, known);
  return {
    path: ["settings", "data", name],
    what: `there is no data part ${name}`,
    ...(known.length > 0 && { allowed: known.join(", ") }),
    remedy: near ? `did you mean ${near}?` : "remove it",
  };
}

/** No cycles: a service cannot wait for one that waits for it. */
import type { App } from "../model.ts";
import type { Find } from "./find.ts";

/** Every cycle in `uses` and `after` once, shown from the service that comes first in the file. */
export function checkOrder(app: App): Find[] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  for (const start of Object.keys(app.services)) {
    walk(app, start, { done, cycles });
  }
  return cycles.map((cycle) => {
    const [from = "", to = ""] = cycle;
    const { after = [] } = app.services[from] ?? {};
    return {
      path: after.includes(to)
        ? ["services", from, "after", after.indexOf(to)]
        : ["services", from, "uses", to],
      what: `is part of a cycle: ${cycle.join(" → ")}`,
      remedy: "remove one of these links",
    };
  });
}

interface Walk {
  readonly done: Set<string>;
  readonly cycles: string[][];
}

/** Depth first, without recursion: an app may be a chain of any length. */
function walk(app: App, start: string, { done, cycles }: Walk): void {
  const trail: { readonly name: string; readonly next: string[] }[] = [];
  const enter = (name: string) => {
    const { uses = {}, after = [] } = app.services[name] ?? {};
    const next = [...Object.keys(uses), ...after].filter(
      (other) => other !== name && Object.hasOwn(app.services, other),
    );
    trail.push({ name, next });
  };
  if (!done.has(start)) enter(start);
  for (let top = trail.at(-1); top; top = trail.at(-1)) {
    const name = top.next.shift();
    if (name === undefined) {
      done.add(top.name);
      trail.pop();
      continue;
    }
    const seen = trail.findIndex((entry) => entry.name === name);
    if (seen >= 0) cycles.push([...trail.slice(seen).map((entry) => entry.name), name]);
    else if (!done.has(name)) enter(name);
  }
}

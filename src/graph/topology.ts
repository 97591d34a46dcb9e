/** The topology of an app: its nodes and the connections between them.
 *
 * The app alone gives the logical topology. A plan adds what each part becomes on its target.
 */
import type { App } from "../config/model.ts";
import type { Plan } from "../plan/model.ts";
import { connectionsOf } from "./connections.ts";
import type { Connection, Topology } from "./model.ts";
import { nodesOf } from "./nodes.ts";
import { type Placements, placementsOf } from "./placement.ts";
import { count } from "./words.ts";

/** The topology of an app; with a plan, each node also says what it becomes there.
 *
 * Nodes and connections are sorted by name, so that the order in which app.yaml is written changes nothing.
 * @param plan of the same app and environment
 */
export function topologyOf(app: App, plan?: Plan): Topology {
  const placements = plan && placementsOf(app, plan);
  return {
    title: `${app.name}, ${app.environment}`,
    subtitle: subtitleOf(app, plan, placements),
    nodes: nodesOf(app, placements).toSorted((a, b) => compare(a.id, b.id)),
    connections: connectionsOf(app).toSorted((a, b) => compare(keyOf(a), keyOf(b))),
  };
}

function subtitleOf(app: App, plan: Plan | undefined, placements: Placements | undefined): string {
  const regions = placements && placements.regions.length > 0 ? placements.regions : app.regions;
  const made = plan?.resources.filter(({ custom }) => custom).length ?? 0;
  return [
    plan?.subject.target ?? "on any target",
    regions.join(", "),
    count(Object.keys(app.services).length, "service"),
    count(Object.keys(app.data).length, "data part"),
    plan ? count(made, "resource") : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

const keyOf = ({ from, to, kind }: Connection) => `${from} ${to} ${kind}`;

/** By code units, the same on every machine. */
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

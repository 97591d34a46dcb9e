/** Which revision gets which share of the requests.
 *
 * Without a canary all of them go to the newest revision that is ready: one that does not become ready gets none, the
 * old one serves on, and `up` fails. A canary takes two runs of `up`, because nothing asks the cloud what serves now:
 *
 * 1. `canary: { api: { stable: shop-prod-api-1a2b3c4d } }` names the revision that serves. `up` with a new version
 *    gives it `rollout.share` and leaves the rest to the stable one. The stack's outputs say how to go on.
 * 2. Look at the measurements for as long as the gate says. Then either name the new revision as stable, and `up`
 *    gives it everything; or set `share: 0%`, and `up` gives it nothing.
 *
 * After the second run the setting names what serves, so that the next version begins as a canary again.
 */
import type { Output } from "@pulumi/pulumi";
import type { Service } from "../../../src/config/model.ts";
import { formatDuration, formatPercent, parsePercent } from "../../../src/config/parse.ts";
import { type Percent, percent } from "../../../src/config/units.ts";
import type { RunSettings } from "./settings.ts";

export interface Traffic {
  readonly type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" | "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION";
  readonly revision?: string;
  readonly percent: number;
}

const LATEST = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST";
const REVISION = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION";

interface Canary {
  readonly name: string;
  readonly spec: Pick<Service, "rollout">;
  readonly settings: Pick<RunSettings, "canary">;
}

/** Traffic of a service whose newest revision is `revision`. */
export function trafficOf(canary: Canary, revision: Output<string>): Output<Traffic[]> {
  return revision.apply((newest): Traffic[] => {
    const stable = stableOf(canary);
    if (stable === undefined || stable === newest) return [{ type: LATEST, percent: 100 }];
    const share = Math.round(shareOf(canary) * 100);
    const rest: Traffic[] = share < 100 ? [{ type: REVISION, revision: stable, percent: 100 - share }] : [];
    // The newest that is ready: where the new one fails to start, this share stays with the stable one.
    const own: Traffic[] = share > 0 ? [{ type: LATEST, percent: share }] : [];
    return [...rest, ...own];
  });
}

/** What to do next, for the stack's outputs; undefined without a canary. */
export function nextStep(canary: Canary, revision: Output<string>): Output<string> | undefined {
  if (canary.spec.rollout.strategy !== "canary") return undefined;
  return revision.apply((newest) => {
    const stable = stableOf(canary);
    if (stable === newest) return `${newest} serves all requests.`;
    if (stable === undefined) {
      return `${newest} serves all requests. Make it the stable one: ${set(canary, "stable", newest)}`;
    }
    const share = formatPercent(shareOf(canary));
    const written = canary.settings.canary[canary.name]?.share !== undefined;
    const forget = written ? ` && pulumi config rm ${keyOf(canary, "share")}` : "";
    return [
      `${newest} serves ${share} of the requests, ${stable} the rest.`,
      ...gateOf(canary),
      `Go on: ${set(canary, "stable", newest)}${forget} && pulumi up.`,
      `Go back: ${set(canary, "share", "0%")} && pulumi up.`,
    ].join(" ");
  });
}

const set = (canary: Canary, key: string, value: string) =>
  `pulumi config set ${keyOf(canary, key)} ${value}`;

const keyOf = ({ name }: Canary, key: string) => `--path 'atelier:gcp-cloud-run.canary["${name}"].${key}'`;

function gateOf({ spec }: Canary): string[] {
  const { gate } = spec.rollout;
  if (!gate) return [];
  const conditions = [
    gate.errorRate !== undefined ? `errors up to ${formatPercent(gate.errorRate)}` : undefined,
    gate.p95 !== undefined ? `p95 up to ${formatDuration(gate.p95)}` : undefined,
    gate.metric ? `${gate.metric.name} up to ${gate.metric.max}` : undefined,
  ].filter((condition) => condition !== undefined);
  return [`Its gate, for ${formatDuration(gate.for)}: ${conditions.join(", ")}.`];
}

function stableOf({ name, spec, settings }: Canary): string | undefined {
  if (spec.rollout.strategy !== "canary") return undefined;
  const stable = settings.canary[name]?.stable;
  return stable === "none" ? undefined : stable;
}

export function shareOf({ name, spec, settings }: Canary): Percent {
  const written = settings.canary[name]?.share;
  return written === undefined ? (spec.rollout.share ?? percent(10)) : parsePercent(written);
}

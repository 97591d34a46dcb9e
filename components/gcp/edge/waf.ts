/** The core rule set as Cloud Armor carries it (OWASP CRS 4.22), in as few rules as its limits allow.
 *
 * Google counts rules against a quota that begins at 20 and bills each by the month, so several sets share one rule.
 * Names and ids: https://docs.cloud.google.com/armor/docs/waf-rules
 */
import type { App } from "../../../src/config/model.ts";
import { LONGEST_EXPRESSION, LONGEST_PART, literal, MOST_PARTS, methodIsNot } from "./expressions.ts";

/** Set → first three digits of its rules' ids. What the rule set calls `nodejs` before 4.x is part of `generic`.
 *
 * `methodenforcement` is not among them: its list of methods is GET, HEAD, POST and OPTIONS, which would refuse
 * every PUT and DELETE of an app. METHODS below takes its place.
 */
export const RULE_SETS = {
  sqli: "942",
  xss: "941",
  lfi: "930",
  rfi: "931",
  rce: "932",
  php: "933",
  generic: "934",
  java: "944",
  sessionfixation: "943",
  scannerdetection: "913",
  protocolattack: "921",
} as const;

type RuleSet = keyof typeof RULE_SETS;

/** False alarms are few at the first level; higher ones refuse ordinary texts with apostrophes. */
const SENSITIVITY = 1;
/** Google's limit of ids that one set leaves out. */
export const MOST_EXCLUSIONS = 128;

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

export interface WafRule {
  readonly expression: string;
  readonly description: string;
}

export function wafRules({ edge }: Pick<App, "edge">): WafRule[] {
  if (edge.waf === "off") return [];
  const groups = pack(Object.keys(RULE_SETS).map((set) => evaluate(set as RuleSet, edge.wafExclusions)));
  return [
    { expression: methodIsNot(...METHODS).text, description: "Methods that no app has" },
    // Alone and in its plain form, because scanners look for it: CKV_GCP_73.
    { expression: "evaluatePreconfiguredWaf('cve-canary')", description: "Log4j and other known holes" },
    ...groups.map((group, index) => ({
      expression: group.join(" || "),
      description: `Core rule set, part ${index + 1} of ${groups.length}`,
    })),
  ];
}

function evaluate(set: RuleSet, exclusions: App["edge"]["wafExclusions"]): string {
  const left = Object.keys(exclusions)
    .filter((id) => setOf(id) === set)
    .sort();
  const ids = left.map((id) => literal(`owasp-crs-v042200-id${id}-${set}`)).join(", ");
  const tuning = `{'sensitivity': ${SENSITIVITY}${ids ? `, 'opt_out_rule_ids': [${ids}]` : ""}}`;
  return `evaluatePreconfiguredWaf('${set}-v422-stable', ${tuning})`;
}

/** The set that a rule of the core rule set belongs to; undefined when Cloud Armor does not carry it. */
export function setOf(id: string): RuleSet | undefined {
  const [found] = Object.entries(RULE_SETS).find(([, prefix]) => id.startsWith(prefix)) ?? [];
  return found as RuleSet | undefined;
}

/** Sets side by side while their expression stays within the limits. */
function pack(evaluations: readonly string[]): string[][] {
  const groups: string[][] = [];
  for (const evaluation of evaluations) {
    const last = groups.at(-1);
    const length = [...(last ?? []), evaluation].join(" || ").length;
    if (last && last.length < MOST_PARTS && length <= LONGEST_EXPRESSION) last.push(evaluation);
    else groups.push([evaluation]);
  }
  return groups;
}

/** Sets with more exclusions than one expression holds. */
export function overfullSets({ edge }: Pick<App, "edge">): RuleSet[] {
  return (Object.keys(RULE_SETS) as RuleSet[]).filter((set) => {
    const count = Object.keys(edge.wafExclusions).filter((id) => setOf(id) === set).length;
    return count > MOST_EXCLUSIONS || evaluate(set, edge.wafExclusions).length > LONGEST_PART;
  });
}

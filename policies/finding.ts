/** What a rule found, and whether it was waived. */
import type { Asked, Level, Waiver } from "./config.ts";
import { SEVERITIES, type Severity } from "./rule.ts";

export interface Finding {
  /** Name of the rule. */
  readonly rule: string;
  readonly severity: Severity;
  readonly level: Exclude<Level, "disabled">;
  /** Of the resource; empty for a file and for the config itself. */
  readonly urn: string;
  /** Logical name of the resource, or the file. */
  readonly resource: string;
  /** The resource's type; empty for a file and for the config itself. */
  readonly type: string;
  /** What is wrong, in one line. Never quotes a value that may be secret. */
  readonly message: string;
  readonly remedy: string;
  /** Checks of other tools that the rule stands for. */
  readonly ids: readonly string[];
  /** Why it is left as it is, and until when. */
  readonly waiver?: Waiver;
}

/** Where something was found. */
export type Place = Pick<Finding, "urn" | "resource" | "type">;

export const findingOf = ({ rule, level }: Asked, place: Place, message: string): Finding => ({
  rule: rule.name,
  severity: rule.severity,
  level,
  ...place,
  message,
  remedy: rule.remedy,
  ids: rule.ids,
});

/** Worst first, then by resource and rule. */
export const bySeverity = (a: Finding, b: Finding): number =>
  SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) ||
  a.resource.localeCompare(b.resource) ||
  a.rule.localeCompare(b.rule);

/** Those that nobody waived. */
export const openFindings = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ waiver }) => waiver === undefined);

/** Those that stop a deployment. */
export const stoppingFindings = (findings: readonly Finding[]): Finding[] =>
  openFindings(findings).filter(({ level }) => level === "mandatory");

/** Findings in words, for terminals and comments. */
import { type Finding, openFindings, stoppingFindings } from "./finding.ts";
import { SEVERITIES, type Severity } from "./rule.ts";

export interface Summary {
  /** Of those that nobody waived. */
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly open: number;
  readonly waived: number;
  /** How many stop a deployment. */
  readonly stopping: number;
  /** `2 high, 1 low; 3 waived`, or `nothing found`. */
  readonly text: string;
}

export function summaryOf(findings: readonly Finding[]): Summary {
  const open = openFindings(findings);
  const count = (severity: Severity) => open.filter((finding) => finding.severity === severity).length;
  const waived = findings.length - open.length;
  const counts = [...SEVERITIES]
    .reverse()
    .flatMap((severity) => (count(severity) > 0 ? [`${count(severity)} ${severity}`] : []));
  const found = counts.length > 0 ? counts.join(", ") : "nothing found";
  return {
    bySeverity: {
      low: count("low"),
      medium: count("medium"),
      high: count("high"),
      critical: count("critical"),
    },
    open: open.length,
    waived,
    stopping: stoppingFindings(findings).length,
    text: waived > 0 ? `${found}; ${waived} waived` : found,
  };
}

/** A block per finding, worst first, at most as wide as a terminal where the texts allow it; waived ones last. */
export function formatFindings(findings: readonly Finding[]): string {
  const waived = findings.filter(({ waiver }) => waiver !== undefined);
  return [...openFindings(findings), ...waived].map(block).join("\n");
}

function block({ severity, rule, resource, message, remedy, waiver }: Finding): string {
  const head = `${waiver ? "waived" : severity.padEnd(8)}  ${rule}  ${resource}`;
  const end = waiver ? `until ${waiver.until}: ${waiver.reason}` : remedy;
  return [head, `  ${message}`, `  → ${end}`, ""].join("\n");
}

/** What monitoring shows and watches, as Markdown tables for operators. */
import type { Definitions } from "./check.ts";
import type { Dashboard } from "./dashboard.ts";
import { type AlertRule, promDuration, type RuleGroup } from "./rules.ts";

export function describeAlerts(groups: readonly RuleGroup[]): string {
  const rows = groups.flatMap(({ name, rules }) => rules.map((rule) => alertRow(name, rule)));
  return table(["alert", "group", "severity", "after", "means", "look at first"], rows);
}

export function describeDashboards(dashboards: readonly Dashboard[]): string {
  const rows = dashboards.flatMap(({ title, rows: lines }) =>
    lines.map((line) => [title, line.title, line.panels.map((panel) => panel.title).join(", ")]),
  );
  return table(["dashboard", "row", "panels"], rows);
}

/** The generated part of docs/monitoring.md. */
export function describeDefinitions({ dashboards, rules }: Definitions): string {
  return `### Dashboards\n\n${describeDashboards(dashboards)}\n\n### Alerts\n\n${describeAlerts(rules)}`;
}

function alertRow(group: string, { name, severity, for: after, description, runbook }: AlertRule): string[] {
  return [
    name,
    group,
    severity,
    after === 0 ? "at once" : promDuration(after),
    plain(description),
    plain(runbook),
  ];
}

/** `{{ $labels.job }}` reads `<job>`, in the text and in its code. */
function plain(text: string): string {
  return text.replaceAll(/`[^`]*`|\{\{ \$labels\.(\w+) \}\}/g, (found, label) =>
    label ? `*${label}*` : found.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, "<$1>"),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

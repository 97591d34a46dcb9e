/** docs/policies.md, from the rules. */
import { z } from "zod";
import { usualLevel } from "./config.ts";
import { ANSWERED, type Coverage, coverageOf } from "./coverage.ts";
import { PLATFORMS, type Platform, type Rule } from "./rule.ts";
import { RULES } from "./rules.ts";
import { WAIVER_NOTICES } from "./waivers.ts";

const TITLES = {
  gcp: "Google Cloud",
  docker: "Docker",
  dockerfile: "Dockerfiles",
  workflow: "Workflows of GitHub Actions and GitLab CI",
  aws: "AWS",
  kubernetes: "Kubernetes",
} as const satisfies Record<Platform, string>;

export function policiesAsMarkdown(): string {
  const sections = PLATFORMS.filter((platform) => RULES.some((rule) => rule.platform === platform)).map(
    section,
  );
  return `${[INTRODUCTION, coverageTable(coverageOf()), SETTINGS, ...sections, decisions()].join("\n\n")}\n`;
}

/** `gcp 155/156, dockerfile 50/50` */
export const coverageAsText = (rows: readonly Coverage[]): string[][] => [
  ["platform", "rules", "own", "ids mapped", "of", "answered", "missing"],
  ...rows.map(({ platform, rules, own, mapped, total, answered, missing }) =>
    [platform, rules, own, mapped, total, answered, missing.length].map(String),
  ),
];

function coverageTable(rows: readonly Coverage[]): string {
  const sum = (of: (row: Coverage) => number) => rows.reduce((all, row) => all + of(row), 0);
  const lines = rows.map(
    ({ platform, rules, own, mapped, total, answered }) =>
      `| ${TITLES[platform]} | ${rules} | ${own} | ${mapped} / ${total} | ${answered} |`,
  );
  return [
    "## Coverage",
    "`npx atelier policies --check` prints this table and fails when a check of a platform that has rules is neither mapped nor answered. AWS and Kubernetes get their rules with their targets.",
    "",
    "| | Rules | of them in no other tool | Checks of other tools that a rule stands for | answered otherwise |",
    "|---|---|---|---|---|",
    ...lines,
    `| Sum | ${sum((row) => row.rules)} | ${sum((row) => row.own)} | ${sum((row) => row.mapped)} / ${sum((row) => row.total)} | ${sum((row) => row.answered)} |`,
  ].join("\n");
}

function section(platform: Platform): string {
  const rows = RULES.filter((rule) => rule.platform === platform).map(row);
  return [
    `## ${TITLES[platform]}`,
    "| Rule | Severity | What holds | What to do | Stands for |",
    "|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function row({ name, severity, description, remedy, ids, productionOnly, settings }: Rule): string {
  const holds = `${description}${productionOnly ? " (production)" : ""}${settingsSaid(settings)}`;
  const cells = [`\`${name}\``, severity, holds, remedy, ids.join(", ") || "–"];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("<", "&lt;")).join(" | ")} |`;
}

function settingsSaid(settings: z.ZodObject): string {
  const { properties = {} } = z.toJSONSchema(settings, { io: "input" });
  return Object.entries(properties)
    .map(([key, schema]) => {
      const { description = "", default: usual } = schema as { description?: string; default?: unknown };
      return `. Setting \`${key}\` (${JSON.stringify(usual)}): ${description}`;
    })
    .join("");
}

function decisions(): string {
  const answered = Object.entries(ANSWERED).map(([id, why]) => `| ${id} | ${why} |`);
  return [
    "## Decided once",
    "Where tools contradict one another, or a common design:",
    "",
    "| Check | Decision |",
    "|---|---|",
    "| CKV_GCP_102, no Cloud Run service for everybody | The load balancer has no identity of its own. So everybody may call a service that lets requests in through the load balancer alone, and no other (`gcp-run-invoker`, `gcp-run-ingress`) |",
    "| CKV_DOCKER_2, DS-0026, a HEALTHCHECK in every Dockerfile | Neither Cloud Run nor Kubernetes reads it. Whoever runs the container asks instead (`gcp-run-probe`, `docker-health`) |",
    "| CKV_GHA_7, no inputs for workflows started by hand | Inputs may choose among given values, not carry free text (`workflow-inputs`); none may stand in a script (`workflow-injection`) |",
    "| CKV_GCP_37, CKV_GCP_38, CKV_GCP_84, GCP-0033, GCP-0066, customer's keys everywhere | Only where that is demanded (`gcp-customer-key: { required: true }`): a key costs money, and whoever loses it has lost the data |",
    "| CKV_GCP_79, the newest major version of a database | The oldest that still gets fixes: an upgrade is a project of its own (`gcp-sql-version`) |",
    "| CKV2_GCP_38, no HTTP proxy with a public address | Port 80 leads to HTTPS and nowhere else (`gcp-edge-redirect`), by the load balancer that is not the classic one (`gcp-edge-classic`) |",
    ...answered,
  ].join("\n");
}

const INTRODUCTION = `# Policies
Made by \`npx atelier policies --markdown\` from the rules in \`policies/\`; a test checks that it is current.

The same rules run in two ways:
- \`npx atelier plan\` judges what a deployment would create, in a second and without credentials.
- \`pulumi preview --policy-pack policies\` (from the package: \`--policy-pack node_modules/atelier/dist/policies\`) asks them under the engine, also for \`pulumi up\`; other packs can stand beside it: \`--policy-pack policies --policy-pack ../ours\`.

Rules of severity high and critical are mandatory: a preview fails, an update stops before the resource is made, and \`atelier plan\` exits with 2. The others are advisory. Rules for Dockerfiles are asked of every image that a deployment builds; \`npx atelier policies FILE…\` asks them, and those for workflows, of files.`;

const SETTINGS = `## Settings and waivers
In the stack's config, for both ways of running:

\`\`\`yaml
atelier:policies:
  rules:
    gcp-sql-version: { postgres: 15 }                        # a rule's own setting
    gcp-run-image-digest: { enforcementLevel: mandatory }    # mandatory, advisory or disabled
  waivers:
    - rule: docker-root
      resource: shop-prod-legacy-*      # logical name, urn or file; * stands for any text
      reason: the vendor's image needs root until version 4
      until: 2027-01-31                 # the last day
\`\`\`

A waiver without a reason or a day is refused. From the day after \`until\` the finding is there again, and \`${WAIVER_NOTICES.expired.name}\` (${WAIVER_NOTICES.expired.severity}) says so; \`${WAIVER_NOTICES.unused.name}\` (${WAIVER_NOTICES.unused.severity}) names a waiver that covers nothing. Rules marked with "production" are asked where the environment is called prod or production, or where \`production: true\` says so. Settings can also come from \`--policy-pack-config\`; the stack's config goes before them. The usual level of a rule: low and medium ${usualLevel("medium")}, high and critical ${usualLevel("high")}.`;

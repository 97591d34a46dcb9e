/** Which checks of other tools a rule stands for: third-party-checks.tsv against the rules. */
import { readFileSync } from "node:fs";
import { PLATFORMS, type Platform, type Rule } from "./rule.ts";
import { RULES } from "./rules.ts";

/** A check of Checkov, Trivy, kube-score, Polaris, kube-linter, AWSGuard or Pulumi's compliance packs. */
export interface Check {
  readonly platform: Platform;
  readonly tool: string;
  readonly id: string;
}

/** Checks that no rule stands for, and never will. */
export const ANSWERED: Readonly<Record<string, string>> = {
  CKV_GCP_24: "PodSecurityPolicy is gone since Kubernetes 1.25; a cluster has no such setting any more",
};

export interface Coverage {
  readonly platform: Platform;
  /** Checks of other tools. */
  readonly total: number;
  /** Of them: a rule stands for them. */
  readonly mapped: number;
  /** Of them: `ANSWERED`. */
  readonly answered: number;
  /** The others. */
  readonly missing: readonly string[];
  readonly rules: number;
  /** Rules that no other tool has. */
  readonly own: number;
}

/** One row for each platform, also for those without rules so far. */
export function coverageOf(
  rules: readonly Rule[] = RULES,
  checks: readonly Check[] = readChecks(),
): Coverage[] {
  const covered = new Set(rules.flatMap(({ ids }) => ids));
  return PLATFORMS.map((platform): Coverage => {
    const ids = checks.filter((check) => check.platform === platform).map(({ id }) => id);
    const ours = rules.filter((rule) => rule.platform === platform);
    return {
      platform,
      total: ids.length,
      mapped: ids.filter((id) => covered.has(id)).length,
      answered: ids.filter((id) => !covered.has(id) && id in ANSWERED).length,
      missing: ids.filter((id) => !covered.has(id) && !(id in ANSWERED)),
      rules: ours.length,
      own: ours.filter(({ ids: theirs }) => theirs.length === 0).length,
    };
  });
}

/** Ids that rules name and no tool has. */
export function unknownIds(
  rules: readonly Rule[] = RULES,
  checks: readonly Check[] = readChecks(),
): string[] {
  const known = new Set(checks.map(({ id }) => id));
  return [...rules.flatMap(({ ids }) => ids), ...Object.keys(ANSWERED)].filter((id) => !known.has(id));
}

const PLATFORM_OF: Readonly<Record<string, Platform>> = {
  GCP: "gcp",
  AWS: "aws",
  K8S: "kubernetes",
  Dockerfile: "dockerfile",
  "GitHub workflow": "workflow",
};

export function readChecks(): Check[] {
  const lines = readFileSync(new URL("third-party-checks.tsv", import.meta.url), "utf8")
    .trim()
    .split("\n")
    .slice(1);
  return lines.map((line): Check => {
    const [provider = "", kind = "", tool = "", id = ""] = line.split("\t");
    const platform = PLATFORM_OF[provider] ?? PLATFORM_OF[kind];
    if (!platform) throw new Error(`third-party-checks.tsv: ${line} belongs to no platform`);
    return { platform, tool, id };
  });
}

/** What others use of the policies. */
export { askedRules, NO_POLICIES_CONFIG, type PoliciesConfig, parsePolicies, type Waiver } from "./config.ts";
export { judgeDockerfile, type ReadFile } from "./evaluate.ts";
export { type Finding, openFindings, stoppingFindings } from "./finding.ts";
export { type Judging, judge } from "./judge.ts";
export type { Rule, Severity } from "./rule.ts";
export { RULES } from "./rules.ts";
export { formatFindings, summaryOf } from "./summary.ts";
export { judgeWorkflow } from "./workflow/judge.ts";

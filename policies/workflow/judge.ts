/** Asks the rules for workflows. Apart from the others, because no deployment has to load what reads them. */
import type { Asked } from "../config.ts";
import { type Finding, findingOf } from "../finding.ts";
import { parseWorkflow } from "./parse.ts";

/** Rules for workflows of GitHub Actions and pipelines of GitLab CI. */
export function judgeWorkflow(asked: readonly Asked[], file: string, content: string): Finding[] {
  const parsed = parseWorkflow(file, content);
  return asked.flatMap((one) =>
    one.rule.subject === "workflow"
      ? one.rule
          .judge(parsed, one.context)
          .map((message) => findingOf(one, { urn: "", resource: file, type: "" }, message))
      : [],
  );
}

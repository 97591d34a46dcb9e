/** Every workflow of a stack on GitHub. */
import type { Pipeline } from "../pipeline.ts";
import { deployWorkflow } from "./deploy.ts";
import { previewsWorkflow } from "./previews.ts";
import { pullRequestWorkflow } from "./pull-request.ts";

/** File name → text.
 * @param command how these files are written again; stands in each of them
 */
export function githubFiles(pipeline: Pipeline, command: string): Readonly<Record<string, string>> {
  const { stack, previews } = pipeline;
  return {
    [`atelier-plan-${stack}.yml`]: pullRequestWorkflow(pipeline, command),
    [`atelier-deploy-${stack}.yml`]: deployWorkflow(pipeline, command),
    ...(previews && { "atelier-previews.yml": previewsWorkflow(pipeline, previews, command) }),
  };
}

/** What jobs of GitHub workflows are made of. */
import { INSTALL } from "../commands.ts";
import { type Action, actionReference } from "../pins.ts";
import type { Pipeline } from "../pipeline.ts";

export interface Step {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}

export interface Job {
  readonly name: string;
  readonly if?: string;
  readonly needs?: string;
  readonly "runs-on": string;
  readonly "timeout-minutes": number;
  readonly environment?: { readonly name: string; readonly url?: string };
  readonly permissions: Readonly<Record<string, "read" | "write">>;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly defaults?: { readonly run: Readonly<Record<string, string>> };
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

/** A fixed image: what `ubuntu-latest` means changes from one day to another. */
export const RUNNER = "ubuntu-24.04";

/** Why jobs are granted what they are; stands behind each grant. */
export const REASONS = {
  contents: "to check the repository out",
  "id-token": "to sign in to the cloud without a key",
  "pull-requests": "to write the comment",
} as const;

export const expression = (text: string): string => `\${{ ${text} }}`;

/** A change of somebody who may push to the repository. Others get a token that can only read. */
export const SAME_REPOSITORY = "github.event.pull_request.head.repo.full_name == github.repository";

const step = (name: string, action: Action, options: NonNullable<Step["with"]>): Step => ({
  name,
  uses: actionReference(action),
  with: options,
});

/** @param depth commits that are fetched
 * @param ref without it, what the event is about
 */
export function checkout(depth: number, ref?: string): Step {
  return step("Check out", "checkout", {
    "persist-credentials": false,
    "fetch-depth": depth,
    ...(ref !== undefined && { ref }),
  });
}

/** Without npm's cache: another job could have put something into it. */
export const prepare = (): Step[] => [
  step("Get Node", "setupNode", { "node-version": "22", "package-manager-cache": false }),
  { name: "Install", run: INSTALL },
];

export const upload = (name: string, path: string): Step => ({
  ...step("Hand the plan over", "uploadArtifact", {
    name,
    path,
    "retention-days": 7,
    "if-no-files-found": "error",
  }),
  if: expression("!cancelled()"),
});

export const download = (name: string, path: string): Step =>
  step("Take the plan", "downloadArtifact", { name, path });

/** Commands run in bash, which ends at the first that fails, in the project's folder. */
export function inProject({ folder }: Pick<Pipeline, "folder">): NonNullable<Job["defaults"]> {
  return { run: { shell: "bash", ...(folder !== "." && { "working-directory": folder }) } };
}

/** The workflow of a pull request: what the change would do to a stack, without any credential.
 *
 * It runs for forks too, with a token that can only read. One job alone may write, and that one checks nothing out and
 * runs nothing of the pull request's: it takes a text and puts it into a comment.
 */
import { IF_ALLOWED, lint, plan, TEST } from "../commands.ts";
import { documentText } from "../document.ts";
import { DATA_LOSS, type Pipeline } from "../pipeline.ts";
import {
  checkout,
  download,
  expression,
  inProject,
  type Job,
  prepare,
  REASONS,
  RUNNER,
  SAME_REPOSITORY,
  upload,
} from "./steps.ts";

const ARTIFACT = "atelier-plan";

export function pullRequestWorkflow(pipeline: Pipeline, command: string): string {
  const { stack, branch } = pipeline;
  const workflow = {
    name: `Plan ${stack}`,
    on: {
      pull_request: {
        branches: [branch],
        types: ["opened", "reopened", "synchronize", "labeled", "unlabeled"],
      },
    },
    permissions: {},
    concurrency: {
      group: `atelier-plan-${stack}-${expression("github.event.pull_request.number")}`,
      "cancel-in-progress": true,
    },
    jobs: { check: check(pipeline), plan: planJob(pipeline), comment: comment(pipeline) },
  };
  const about = [
    "Needs no secret and no credential, and runs for forks as well; docs/ci.md of Atelier says why it is safe.",
    `A change that loses data passes with the label ${DATA_LOSS} alone.`,
  ];
  return documentText(workflow, { command, about, reasons: REASONS });
}

function check(pipeline: Pipeline): Job {
  return {
    name: "Lint and test",
    "runs-on": RUNNER,
    "timeout-minutes": 30,
    permissions: { contents: "read" },
    defaults: inProject(pipeline),
    steps: [
      checkout(1),
      ...prepare(),
      { name: "Lint", run: lint(pipeline.stack).join("\n") },
      { name: "Test", run: TEST },
    ],
  };
}

/** The checkout is the merge of the change into its branch, whose first parent is that branch as the merge took it:
 * what others merged since does not show up as if this change undid it.
 */
function planJob(pipeline: Pipeline): Job {
  return {
    name: `Plan ${pipeline.stack}`,
    "runs-on": RUNNER,
    "timeout-minutes": 20,
    permissions: { contents: "read" },
    defaults: inProject(pipeline),
    steps: [
      checkout(2),
      ...prepare(),
      {
        name: "Plan",
        env: {
          FOLDER: expression("runner.temp"),
          ALLOWED: expression(
            `contains(github.event.pull_request.labels.*.name, '${DATA_LOSS}') && 'yes' || ''`,
          ),
        },
        run: planScript(pipeline.stack, "HEAD^1", IF_ALLOWED),
      },
      upload(ARTIFACT, `${expression("runner.temp")}/plan.md`),
    ],
  };
}

/** Writes `$FOLDER/plan.md` and the job's summary, and ends as the plan ended. A plan that there is none of becomes a
 * text that says why.
 */
export function planScript(stack: string, base: string, options: string): string {
  return `code=0
${plan(stack, base, options)} > "$FOLDER/plan.md" 2> "$FOLDER/errors.txt" || code=$?
cat "$FOLDER/errors.txt" >&2
if [ ! -s "$FOLDER/plan.md" ]; then
  { echo '### No plan of ${stack}'; echo; sed 's/^/    /' "$FOLDER/errors.txt"; } > "$FOLDER/plan.md"
fi
cat "$FOLDER/plan.md" >> "$GITHUB_STEP_SUMMARY"
exit "$code"
`;
}

function comment({ stack }: Pipeline): Job {
  return {
    name: "Comment",
    needs: "plan",
    // A fork's token can't write; its plan is in the job's summary.
    if: expression(`!cancelled() && ${SAME_REPOSITORY}`),
    "runs-on": RUNNER,
    "timeout-minutes": 5,
    permissions: { "pull-requests": "write" },
    defaults: { run: { shell: "bash" } },
    steps: [
      download(ARTIFACT, `${expression("runner.temp")}/plan`),
      {
        name: "Write or update the comment",
        env: {
          FOLDER: `${expression("runner.temp")}/plan`,
          GH_TOKEN: expression("github.token"),
          MARKER: `<!-- atelier plan ${stack} -->`,
          NUMBER: expression("github.event.pull_request.number"),
        },
        run: COMMENT,
      },
    ],
  };
}

/** A comment has room for 65,536 characters; a character that the cut goes through is left out. */
const COMMENT = `{
  echo "$MARKER"
  head -c 60000 "$FOLDER/plan.md" | iconv -c -f utf-8 -t utf-8 2> /dev/null || true
  if [ "$(wc -c < "$FOLDER/plan.md")" -gt 60000 ]; then
    printf '\\n\\n…and more, in the summary of the workflow run.\\n'
  fi
} > "$FOLDER/comment.md"
ours='.[] | select(.user.login == "github-actions[bot]" and (.body | startswith(env.MARKER))) | .id'
ids=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments" --jq "$ours")
id=\${ids%%$'\\n'*}
if [ -n "$id" ]; then
  gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field "body=@$FOLDER/comment.md" --silent
else
  gh api --method POST "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments" --field "body=@$FOLDER/comment.md" --silent
fi
`;

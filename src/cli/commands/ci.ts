/** The words of `atelier ci`. */
import { defineCommand } from "citty";
import { PREVIEW } from "../../ci/pipeline.ts";

const args = (out: string) =>
  ({
    stack: { type: "string", description: "The stack to plan and to deploy. Without it, prod" },
    branch: {
      type: "string",
      description:
        "The branch that is deployed. Without it, the one that the stack's settings let in, else main",
    },
    previews: {
      type: "boolean",
      description: `Stacks for changes under review, made from Pulumi.${PREVIEW}.yaml`,
    },
    ceiling: { type: "string", description: "Dearest preview, in US dollars a month. Without it, 50" },
    hours: { type: "string", description: "Hours after which a preview goes. Without it, 72" },
    out: { type: "string", description: `Where to write. Without it, ${out}` },
    check: { type: "boolean", description: "Write nothing; say whether what is there is current" },
  }) as const;

const github = defineCommand({
  meta: { name: "github", description: "Write workflows for GitHub Actions" },
  args: args(".github/workflows of the repository"),
  run: async ({ rawArgs }) => (await import("../ci.ts")).runCiGithub(rawArgs),
});

const gitlab = defineCommand({
  meta: { name: "gitlab", description: "Write the pipeline for GitLab CI" },
  args: args(".gitlab-ci.yml of the repository"),
  run: async ({ rawArgs }) => (await import("../ci.ts")).runCiGitlab(rawArgs),
});

const variables = defineCommand({
  meta: {
    name: "variables",
    description: "Print the commands that give an environment what its workflow needs",
  },
  args: {
    stack: { type: "string", description: "The stack. Without it, prod" },
    gitlab: { type: "boolean", description: "Commands for GitLab (glab) instead of GitHub (gh)" },
  },
  run: async ({ rawArgs }) => (await import("../ci.ts")).runCiVariables(rawArgs),
});

const pins = defineCommand({
  meta: {
    name: "pins",
    description: "Ask GitHub whether the pinned actions are what they were, and the newest",
  },
  run: async () => (await import("../ci.ts")).runCiPins(),
});

export const ci = defineCommand({
  meta: { name: "ci", description: "Write workflows that plan, deploy and preview, for GitHub or GitLab" },
  subCommands: { github, gitlab, variables, pins },
});

/** What `--help` shows beside the options: examples, and exit codes other than 0 and 1. A test runs `--help` of every
 * command and asks for an example; it also reads the options of each.
 */

/** Command → lines after `npx atelier`, each with what it is for. */
export const EXAMPLES: Readonly<Record<string, readonly (readonly [line: string, meaning: string])[]>> = {
  "": [
    ["plan --stack prod", "what a deployment of prod would create, what it costs, what is against it"],
    ["start", "bring the app of the stack dev up on this machine"],
  ],
  config: [
    ["config --environment prod", "every value in production, and where it came from"],
    ["config --app shop/app.yaml --target gcp-cloud-run", "everything that Cloud Run would refuse"],
    ["config --set services.api.scale.max=4", "the same, with one value changed"],
  ],
  engine: [
    ["engine", "which Pulumi is used, and where the state lives"],
    ["engine --install", "get it now, not at the first up"],
  ],
  start: [
    ["start", "from nothing to a running app; run it again after a change"],
    ["start --stack staging", "another stack that runs on this machine"],
  ],
  down: [
    ["down", "remove everything that runs, keep the data"],
    ["down --data", "remove the data as well"],
  ],
  secrets: [["secrets list", "which secrets the app has, and which still need a value"]],
  "secrets init": [["secrets init --stack prod", "make the seed of prod, once"]],
  "secrets list": [["secrets list --stack prod", "what prod has, and what is missing"]],
  "secrets set": [
    ["secrets set OPENAI_API_KEY --stack prod", "asks for the value, so that it stands in no history"],
    ["secrets set OPENAI_API_KEY < key.txt", "reads it from a file"],
  ],
  trust: [
    ["trust", "let browsers on this machine trust the local door"],
    ["trust --print", "print the certificate, change nothing"],
  ],
  logs: [
    ["logs api --since 10m", "what the service api said in the last ten minutes"],
    ["logs --follow --grep error", "every line with error, as it comes"],
  ],
  plan: [
    ["plan --stack prod", "what prod would be made of"],
    ["plan --stack prod --against origin/main", "what changes since main, and whether data would be lost"],
    [
      "plan --app app.yaml --target gcp-compute --html > plan.html",
      "a page with the picture, for any target",
    ],
  ],
  cost: [
    ["cost --stack prod", "a month's estimate per part, and whether it keeps the budget"],
    ["cost --compare", "the same app on every target, side by side"],
  ],
  graph: [
    ["graph --stack prod --out prod.svg", "who talks to whom, as a picture"],
    ["graph --format mermaid --from app", "the app alone, as text that GitHub draws"],
  ],
  rehearse: [["rehearse up --stack prod", "run a deployment against simulated clouds"]],
  policies: [
    ["policies", "every rule, with its severity and what to do"],
    ["policies Dockerfile .github/workflows/deploy.yml", "judge single files"],
  ],
  recover: [["recover --stack prod", "after a run that was cut off; asks nothing"]],
  keys: [
    ["keys rateLimit", "what the keys with this word become on each target"],
    ["keys --markdown > docs/keys.md", "write the whole table"],
  ],
  ci: [["ci github --stack prod", "workflows that plan pull requests and deploy prod"]],
  "ci github": [
    ["ci github --stack prod", "write them"],
    [
      "ci github --stack prod --previews --ceiling 40",
      "with a stack per labelled pull request, up to $40 a month",
    ],
    ["ci github --stack prod --check", "exit with 1 unless what is committed is current"],
  ],
  "ci gitlab": [
    ["ci gitlab --stack prod", "write .gitlab-ci.yml"],
    ["ci gitlab --out ci/atelier.yml", "write it elsewhere, to be included"],
  ],
  "ci variables": [
    ["ci variables --stack prod", "the gh commands for the environment prod"],
    ["ci variables --stack preview --gitlab", "the glab commands for previews"],
  ],
  "ci pins": [["ci pins", "whether the pinned actions are what they were, and the newest"]],
  preview: [["preview sweep --older-than 24h", "remove the previews that nobody deployed for a day"]],
  "preview up": [["preview up --number 12", "make or update the stack pr-12 from Pulumi.preview.yaml"]],
  "preview down": [["preview down --number 12", "remove pr-12 with everything in it"]],
  "preview sweep": [["preview sweep --older-than 24h", "remove what nobody deployed for a day"]],
  smoke: [
    ["smoke --stack prod", "ask every route of prod at its domain"],
    ["smoke --stack dev --this-machine", "the same for a stack that runs here"],
  ],
  completion: [
    ["completion bash >> ~/.bashrc", "for every new bash"],
    ["completion fish > ~/.config/fish/completions/atelier.fish", "for fish"],
  ],
  pulumi: [
    ["pulumi -- up", "deploy the selected stack with the project's own engine"],
    ["pulumi -- stack output --stack prod", "any other command of Pulumi, as Pulumi has it"],
  ],
};

/** Command → exit code → meaning, where there are more than 0 and 1. */
export const EXIT_CODES: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  "": { 2: "a gate said no: data would be lost, a budget is not kept, a policy is broken" },
  plan: { 2: "a gate said no: data would be lost, or a policy is broken" },
  cost: { 2: "the budget is not kept" },
  policies: { 2: "a mandatory rule is broken, or with --check one is missing" },
};

/** Commands that workflows of every platform run, in one place, so that a pull request and a deployment ask the same. */
import { PREVIEW, type Previews } from "./pipeline.ts";

/** Versions come from the lock file alone, and no package runs a script of its own while it is installed. */
export const INSTALL = "npm ci --ignore-scripts";

/** The app's configuration, as the stack has it, and the project's own linter where it has one. */
export const lint = (stack: string) => [
  `npx atelier config --stack ${stack} > /dev/null`,
  "npm run lint --if-present",
];

export const TEST = "npm test --if-present";

/** The plan with its cost, policies and picture, against what is there. Ends with 2 when a gate said no.
 * @param options more of them, as the shell reads them
 */
export const plan = (stack: string, base: string, options = "") =>
  `npx atelier plan --stack ${stack} --against ${base} --markdown${options && ` ${options}`}`;

/** Lets a plan pass that loses data. */
export const ALLOW_DATA_LOSS = "--allow-data-loss";

/** The same, where the variable `ALLOWED` says anything. */
export const IF_ALLOWED = `\${ALLOWED:+${ALLOW_DATA_LOSS}}`;

/** What a run that was cut off left in doubt, put in order without a question. */
export const recover = (stack: string) => `npx atelier recover --stack ${stack}`;

/** `up` shows its own preview first, and what is protected refuses to be replaced. */
export const up = (stack: string) =>
  `npx atelier pulumi -- up --stack ${stack} --yes --non-interactive --parallel 32`;

export const smoke = (stack: string) => `npx atelier smoke --stack ${stack}`;

/** Ends with 2 when a preview would cost more than is allowed. */
export const ceiling = ({ ceiling: dollars }: Previews) =>
  `npx atelier cost --stack ${PREVIEW} --set budget.monthly=${dollars}`;

export const previewUp = 'npx atelier preview up --number "$NUMBER"';
export const previewDown = 'npx atelier preview down --number "$NUMBER"';
export const sweep = ({ hours }: Previews) => `npx atelier preview sweep --older-than ${hours}h`;

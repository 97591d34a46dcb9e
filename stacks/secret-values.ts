/** Secrets without a value stop the deployment before anything is created. */
import { isSeed } from "../src/app/derived-secrets.ts";
import type { App } from "../src/config/model.ts";
import type { Problem } from "../src/config/problem.ts";
import type { StackConfig } from "../src/config/stack.ts";

/** One problem per missing value, each with the command that sets it. */
export function checkSecrets(app: App, { seed, secrets }: Pick<StackConfig, "seed" | "secrets">): Problem[] {
  const missing = Object.entries(app.secrets)
    .filter(([name, { source }]) => source === "required" && !secrets[name])
    .map(([name]) => ({
      path: ["secrets", name],
      what: "is required and has no value in this stack",
      remedy: `set it with: pulumi config set --secret --path atelier:secrets.${name}`,
    }));
  return [...seedProblems(seed), ...missing];
}

function seedProblems(seed: string | undefined): Problem[] {
  if (seed && isSeed(seed)) return [];
  return [
    {
      path: ["atelier:seed"],
      what: seed ? "is not 64 hex digits" : "is not set; generated secrets derive from it",
      remedy: "make one with: npx atelier secrets init",
    },
  ];
}

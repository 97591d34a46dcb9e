/** The commands that give an environment what its workflow signs in with, from the stack's own outputs. */
import { logins } from "./logins.ts";
import type { Pipeline } from "./pipeline.ts";

export type Platform = "github" | "gitlab";

export interface Known {
  /** The stack's output `workflow`; empty while it was not deployed, or its settings let no repository in. */
  readonly workflow: Readonly<Record<string, unknown>>;
  /** Where the stack's state lives, unless that is on this machine alone. */
  readonly backend?: string;
}

/** Lines for a shell; what is not known stands as `<what it is>`, to be filled in. */
export function variableCommands(
  { login, secrets, backend }: Pick<Pipeline, "login" | "secrets" | "backend">,
  environment: string,
  known: Known,
  platform: Platform,
): readonly string[] {
  const set = setters[platform];
  const variables = logins[login].variables.map(({ name, meaning, output }) => {
    const value = known.workflow[output];
    return set.variable(name, typeof value === "string" ? value : `<${meaning}>`, environment);
  });
  const state = backend
    ? []
    : [set.variable("PULUMI_BACKEND_URL", known.backend ?? "<gs://bucket of the state>", environment)];
  const passphrase = secrets === "passphrase" ? [set.secret("PULUMI_CONFIG_PASSPHRASE", environment)] : [];
  return [...variables, ...state, ...passphrase];
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

interface Setter {
  variable(name: string, value: string, environment: string): string;
  /** The tool asks for the value, so that it stands in no history. */
  secret(name: string, environment: string): string;
}

const setters: Readonly<Record<Platform, Setter>> = {
  github: {
    variable: (name, value, environment) =>
      `gh variable set ${name} --env ${environment} --body ${quote(value)}`,
    secret: (name, environment) => `gh secret set ${name} --env ${environment}`,
  },
  gitlab: {
    variable: (name, value, environment) =>
      `glab variable set ${name} --scope ${quote(scopeOf(environment))} --value ${quote(value)}`,
    secret: (name, environment) =>
      `glab variable set ${name} --scope ${quote(scopeOf(environment))} --masked --protected < passphrase.txt`,
  },
};

/** Previews have an environment each, `preview/12`. */
const scopeOf = (environment: string): string => (environment === "preview" ? "preview/*" : environment);

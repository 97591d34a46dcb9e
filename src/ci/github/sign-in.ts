/** Signing in to a cloud from a GitHub workflow, and everything that it needs to be told for that. */
import { type LoginName, logins } from "../logins.ts";
import { actionReference } from "../pins.ts";
import type { Pipeline } from "../pipeline.ts";
import { expression, type Step } from "./steps.ts";

export interface Deploying {
  readonly login: LoginName;
  readonly secrets: Pipeline["secrets"];
  readonly backend: boolean;
  /** The environment that keeps the variables. */
  readonly environment: string;
}

/** Names of the variables that the environment must have. */
export function variablesOf({ login, backend }: Pick<Deploying, "login" | "backend">): string[] {
  return [...logins[login].variables.map(({ name }) => name), ...(backend ? [] : ["PULUMI_BACKEND_URL"])];
}

/** One clear error in place of a sign-in that fails in the cloud's own words. */
export function checkSettings(deploying: Deploying): Step {
  const names = variablesOf(deploying);
  const passphrase = deploying.secrets === "passphrase" ? ["PULUMI_CONFIG_PASSPHRASE"] : [];
  const { environment } = deploying;
  return {
    name: "Check settings",
    env: {
      ...Object.fromEntries(names.map((name) => [name, expression(`vars.${name}`)])),
      ...passphraseOf(deploying),
    },
    run: `missing=""
for name in ${[...names, ...passphrase].join(" ")}; do
  if [ -z "\${!name}" ]; then missing="$missing $name"; fi
done
if [ -n "$missing" ]; then
  echo "::error title=Settings are missing::the environment ${environment} lacks$missing; npx atelier ci variables --stack ${environment} prints the commands that set them"
  exit 1
fi
`,
  };
}

/** What Pulumi needs besides the cloud's own login, as a step's environment; nothing where that is nothing.
 * @param more other variables of the step
 */
export function stateOf(
  deploying: Deploying,
  more: Readonly<Record<string, string>> = {},
): Pick<Step, "env"> {
  const env = {
    ...(deploying.backend ? {} : { PULUMI_BACKEND_URL: expression("vars.PULUMI_BACKEND_URL") }),
    ...passphraseOf(deploying),
    ...more,
  };
  return Object.keys(env).length > 0 ? { env } : {};
}

function passphraseOf({ secrets }: Deploying): Record<string, string> {
  return secrets === "passphrase"
    ? { PULUMI_CONFIG_PASSPHRASE: expression("secrets.PULUMI_CONFIG_PASSPHRASE") }
    : {};
}

const STEPS = {
  google: [
    {
      name: "Sign in to Google Cloud",
      uses: actionReference("googleAuth"),
      with: {
        workload_identity_provider: expression("vars.GCP_WORKLOAD_IDENTITY_PROVIDER"),
        service_account: expression("vars.GCP_SERVICE_ACCOUNT"),
      },
    },
    {
      name: "Let Docker push",
      env: { REGISTRY: expression("vars.GCP_REGISTRY") },
      run: 'gcloud auth configure-docker "${REGISTRY%%/*}" --quiet',
    },
  ],
} as const satisfies Readonly<Record<LoginName, readonly Step[]>>;

export const signIn = (login: LoginName): readonly Step[] => STEPS[login];

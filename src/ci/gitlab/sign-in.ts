/** Signing in to a cloud from a GitLab job, by a token that GitLab signs for it. */
import { type LoginName, logins } from "../logins.ts";
import type { Pipeline } from "../pipeline.ts";

export interface Deploying {
  readonly login: LoginName;
  readonly secrets: Pipeline["secrets"];
  readonly backend: boolean;
  /** The environment whose variables are asked for. */
  readonly environment: string;
}

interface SignIn {
  readonly idTokens: Readonly<Record<string, { readonly aud: string }>>;
  readonly script: string;
}

/** The token goes to Google's token service once for Pulumi, by the file that `GOOGLE_APPLICATION_CREDENTIALS` names, and
 * once for Docker, which wants an access token. Files lie beside the checkout, not in it.
 */
const google = `umask 077
export HOME="$CI_BUILDS_DIR/home-$CI_JOB_ID"
mkdir -p "$HOME/.docker"
printf '%s' "$GOOGLE_ID_TOKEN" > "$HOME/id-token"
audience="//iam.googleapis.com/$GCP_WORKLOAD_IDENTITY_PROVIDER"
impersonate="https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/$GCP_SERVICE_ACCOUNT:generateAccessToken"
export GOOGLE_APPLICATION_CREDENTIALS="$HOME/credentials.json"
cat > "$GOOGLE_APPLICATION_CREDENTIALS" <<CREDENTIALS
{
  "type": "external_account",
  "audience": "$audience",
  "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
  "token_url": "https://sts.googleapis.com/v1/token",
  "service_account_impersonation_url": "$impersonate",
  "credential_source": { "file": "$HOME/id-token" }
}
CREDENTIALS
scope=https://www.googleapis.com/auth/cloud-platform
field() { node -p 'JSON.parse(require("node:fs").readFileSync(0, "utf8"))[process.argv[1]]' "$1"; }
federated=$(curl --fail-with-body --silent --show-error https://sts.googleapis.com/v1/token \\
  --data-urlencode grant_type=urn:ietf:params:oauth:grant-type:token-exchange \\
  --data-urlencode requested_token_type=urn:ietf:params:oauth:token-type:access_token \\
  --data-urlencode subject_token_type=urn:ietf:params:oauth:token-type:jwt \\
  --data-urlencode "subject_token@$HOME/id-token" \\
  --data-urlencode "audience=$audience" --data-urlencode "scope=$scope" | field access_token)
token=$(curl --fail-with-body --silent --show-error "$impersonate" \\
  --header @- --data-urlencode "scope=$scope" <<< "Authorization: Bearer $federated" | field accessToken)
auth=$(printf 'oauth2accesstoken:%s' "$token" | base64 --wrap=0)
printf '{"auths":{"%s":{"auth":"%s"}}}' "\${GCP_REGISTRY%%/*}" "$auth" > "$HOME/.docker/config.json"
`;

const signIns = {
  google: {
    idTokens: { GOOGLE_ID_TOKEN: { aud: "https://iam.googleapis.com/$GCP_WORKLOAD_IDENTITY_PROVIDER" } },
    script: google,
  },
} as const satisfies Readonly<Record<LoginName, SignIn>>;

export const signIn = (login: LoginName): SignIn => signIns[login];

/** Ends with one clear error when the environment lacks a variable. */
export function checkSettings({ login, secrets, backend, environment }: Deploying): string {
  const names = [
    ...logins[login].variables.map(({ name }) => name),
    ...(backend ? [] : ["PULUMI_BACKEND_URL"]),
    ...(secrets === "passphrase" ? ["PULUMI_CONFIG_PASSPHRASE"] : []),
  ];
  return `missing=""
for name in ${names.join(" ")}; do
  if [ -z "\${!name}" ]; then missing="$missing $name"; fi
done
if [ -n "$missing" ]; then
  echo "the environment ${environment} lacks$missing; npx atelier ci variables --stack ${environment} --gitlab prints the commands that set them" >&2
  exit 1
fi
`;
}

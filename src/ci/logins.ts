/** How a workflow signs in to each cloud without a key: what it must be told, and by which target it is asked. */

/** A value that the platform keeps for the environment; none of them is a secret. */
export interface Variable {
  readonly name: string;
  /** Where it comes from, for the message that asks for it. */
  readonly meaning: string;
  /** Key below the stack's output `workflow`. */
  readonly output: string;
}

export interface Login {
  readonly variables: readonly Variable[];
}

/** Clouds that take a workflow's own identity for one of theirs. */
export const logins = {
  google: {
    variables: [
      {
        name: "GCP_WORKLOAD_IDENTITY_PROVIDER",
        meaning: "projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>",
        output: "workloadIdentityProvider",
      },
      { name: "GCP_SERVICE_ACCOUNT", meaning: "the account that releases", output: "serviceAccount" },
      { name: "GCP_REGISTRY", meaning: "where images are pushed to", output: "registry" },
    ],
  },
} as const satisfies Readonly<Record<string, Login>>;

export type LoginName = keyof typeof logins;

/** Which login a target takes, or why a workflow can't deploy it. */
export const loginOf: Readonly<
  Record<string, LoginName | { readonly unsupported: string; readonly remedy: string }>
> = {
  docker: {
    unsupported: "one host is deployed from itself; a workflow on another machine does not reach its Docker",
    remedy: "name a stack on a cloud with --stack",
  },
  "gcp-cloud-run": "google",
  "gcp-compute": "google",
};

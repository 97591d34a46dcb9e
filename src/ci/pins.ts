/** What workflows bring from elsewhere, each by the digest of what it is: a tag can be moved, a digest can't.
 *
 * `npx atelier ci pins` asks the repositories which digest each version has and which version is the newest; change
 * the table by what it says, then write the workflows again.
 */

export interface Pin {
  /** Tag that the digest was released under. */
  readonly version: string;
  /** For an action the commit, for an image the digest of its manifest list. */
  readonly digest: string;
  /** Where version and digest stand side by side, independently of one another. */
  readonly seen: readonly [string, string];
}

export interface ActionPin extends Pin {
  /** `owner/name` on GitHub. */
  readonly repository: string;
}

/** Actions of GitHub workflows. */
export const actions = {
  checkout: {
    repository: "actions/checkout",
    version: "v7.0.1",
    digest: "3d3c42e5aac5ba805825da76410c181273ba90b1",
    seen: ["https://github.com/z-shell/zpmod/pull/74", "https://github.com/plengauer/Thoth/pull/3797"],
  },
  setupNode: {
    repository: "actions/setup-node",
    version: "v7.0.0",
    digest: "820762786026740c76f36085b0efc47a31fe5020",
    seen: [
      "https://github.com/NVIDIA/NemoClaw/pull/7161",
      "https://github.com/oomkapwn/enquire-mcp/pull/364",
    ],
  },
  uploadArtifact: {
    repository: "actions/upload-artifact",
    version: "v7.0.1",
    digest: "043fb46d1a93c77aae656e7c1c64a875d1fc6a0a",
    seen: [
      "https://github.com/ossf/best-practices-badge/pull/2929",
      "https://github.com/backblaze-labs/claude-skill-b2-cloud-storage/pull/16",
    ],
  },
  downloadArtifact: {
    repository: "actions/download-artifact",
    version: "v8.0.1",
    digest: "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c",
    seen: ["https://github.com/preset-io/agor/pull/2762", "https://github.com/leodip/goiabada/pull/186"],
  },
  googleAuth: {
    repository: "google-github-actions/auth",
    version: "v3.0.0",
    digest: "7c6bc770dae815cd3e89ee6cdf493a5fab2cc093",
    seen: [
      "https://github.com/angular/dev-infra/commit/d283f09c721520f3b90419eb53267dab20944dc7",
      "https://github.com/blinklabs-io/adder/pull/499",
    ],
  },
} as const satisfies Readonly<Record<string, ActionPin>>;

export type Action = keyof typeof actions;

/** `actions/checkout@3d3c…`, as `uses:` takes it. */
export function actionReference(name: Action): string {
  const { repository, digest } = actions[name];
  return `${repository}@${digest}`;
}

/** Images of GitLab jobs. Their tags move with every release, so these are what the tags meant in October 2026; both
 * were found in public repositories of several owners, whose names the index that was asked does not tell.
 */
export const images = {
  node: {
    version: "node:22-bookworm",
    digest: "sha256:363e1587494626837fa7f9a23bdb453d13b0ff3c67c705c2805cfc69c2d2fad7",
    seen: ["a public Dockerfile (repository not named)", "another public Dockerfile (repository not named)"],
  },
  docker: {
    version: "docker:28-dind",
    digest: "sha256:2a232a42256f70d78e3cc5d2b5d6b3276710a0de0596c145f627ecfae90282ac",
    seen: ["a public compose file (repository not named)", "a public Go source file (repository not named)"],
  },
} as const satisfies Readonly<Record<string, Pin>>;

/** `node:22-bookworm@sha256:…` */
export function imageReference(name: keyof typeof images): string {
  const { version, digest } = images[name];
  return `${version}@${digest}`;
}

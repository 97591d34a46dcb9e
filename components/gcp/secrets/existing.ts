/** Secrets that lie in Secret Manager already, by the name and version that the app states. */

/** `projects/acme/secrets/openai/versions/3`, or `openai/versions/3` in the deployment's own project. */
export interface ExistingSecret {
  readonly project?: string;
  readonly secret: string;
  readonly version: string;
}

/** Undefined when the name has no version number: `latest` would change under a service that runs. */
export function parseExisting(name: string): ExistingSecret | undefined {
  const [, project, secret, version] =
    /^(?:projects\/([a-z0-9:.-]+)\/secrets\/)?([A-Za-z0-9_-]{1,255})\/versions\/([1-9]\d*)$/.exec(name) ?? [];
  if (secret === undefined || version === undefined) return undefined;
  return { ...(project !== undefined && { project }), secret, version };
}

/** Configuration and secret files of a container.
 *
 * Docker refuses to copy into a container whose root is read-only. So the files go into a second container that
 * is never started: it owns anonymous volumes under /run/config, /run/secrets and /atelier/bin, and the real one
 * borrows them. Files belong to root and can be read, not written. They never pass through an image, an
 * environment variable or a process list, and leave the host with the container.
 */
import { Container } from "@pulumi/docker/container.js";
import { type ComponentResource, secret } from "@pulumi/pulumi";
import { asLabels, type Deployment, labelsOf } from "./deployment.ts";

export const CONFIG_FOLDER = "/run/config";
export const SECRETS_FOLDER = "/run/secrets";

export interface Files {
  /** Name below /run/config → text. */
  readonly config?: Readonly<Record<string, string>>;
  /** Name below /run/secrets → text. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Whose files they are. */
export interface FilesOwner {
  readonly part: string;
  readonly of: string;
  readonly files?: Files;
}

export function createFiles(
  parent: ComponentResource,
  deployment: Deployment,
  owner: string,
  { files = {}, part, of }: FilesOwner,
): Container {
  const config = Object.entries(files.config ?? {}).map(([name, text]) =>
    upload(`${CONFIG_FOLDER}/${name}`, text),
  );
  const secrets = Object.entries(files.secrets ?? {}).map(([name, text]) =>
    upload(`${SECRETS_FOLDER}/${name}`, secret(text)),
  );
  const name = `${owner}-files`;
  return new Container(
    name,
    {
      name,
      image: deployment.images.get("tools").id,
      command: ["true"],
      start: false,
      mustRun: false,
      networkMode: "none",
      volumes: [CONFIG_FOLDER, SECRETS_FOLDER, "/atelier/bin"].map((containerPath) => ({ containerPath })),
      uploads: [...config, ...secrets],
      labels: asLabels({ ...labelsOf(deployment, part, of), "atelier.run": "never" }),
      logDriver: "json-file",
    },
    { parent, deleteBeforeReplace: true },
  );
}

function upload(file: string, content: string | ReturnType<typeof secret<string>>) {
  return { file, content, permissions: "0444" };
}

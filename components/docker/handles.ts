/** What the parts of a deployment on a Docker host hand to one another. */
import type { Grant, Mount } from "../contracts/grant.ts";
import type { Handles } from "../contracts/handles.ts";
import type { DockerBackend } from "./edge/backend.ts";
import type { Network } from "./network.ts";
import type { DockerSecret, Secrets } from "./secrets.ts";

/** A grant whose values are known to the program, because generations are named after them. */
export interface DockerGrant extends Grant {
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, DockerSecret>>;
  readonly mounts: readonly DockerMount[];
}

export interface DockerMount extends Mount {
  /** Name of a Docker volume. */
  readonly source: string;
}

export interface DockerHandles extends Handles {
  readonly network: Network;
  readonly backend: DockerBackend;
  readonly grant: DockerGrant;
  readonly secret: DockerSecret;
  readonly secrets: Secrets;
}

/** What jobs of a GitLab pipeline are made of. */
import { INSTALL } from "../commands.ts";
import { imageReference } from "../pins.ts";
import type { Pipeline } from "../pipeline.ts";

export interface Rule {
  readonly if: string;
  readonly when?: "manual" | "never";
  readonly allow_failure?: boolean;
}

export interface Job {
  readonly stage: string;
  readonly needs?: readonly string[];
  readonly rules: readonly Rule[];
  readonly image?: string;
  readonly services?: readonly { readonly name: string; readonly alias: string }[];
  readonly interruptible?: boolean;
  readonly timeout: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly id_tokens?: Readonly<Record<string, { readonly aud: string }>>;
  readonly environment?: Environment;
  readonly resource_group?: string;
  readonly script: readonly string[];
  readonly after_script?: readonly string[];
  readonly artifacts?: Readonly<Record<string, unknown>>;
}

export interface Environment {
  readonly name: string;
  readonly url?: string;
  readonly action?: "stop" | "start";
  readonly on_stop?: string;
  readonly auto_stop_in?: string;
  readonly deployment_tier: "production" | "development";
}

export const ON_MERGE_REQUEST = '$CI_PIPELINE_SOURCE == "merge_request_event"';

/** A commit on the branch that is deployed. */
export const onBranch = ({ branch }: Pipeline): string => `$CI_COMMIT_BRANCH == "${branch}"`;

/** A merge request of somebody who may push to the project. */
export const SAME_PROJECT = "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID";

/** Into the project's folder, with what the lock file names. */
export function prepare({ folder }: Pipeline): string[] {
  return [...(folder === "." ? [] : [`cd ${folder}`]), INSTALL];
}

/** A Docker of the job's own, which images are built with. */
export const docker = {
  services: [{ name: imageReference("docker"), alias: "docker" }],
  variables: {
    DOCKER_HOST: "tcp://docker:2376",
    DOCKER_TLS_CERTDIR: "/certs",
    DOCKER_TLS_VERIFY: "1",
    DOCKER_CERT_PATH: "/certs/client",
  },
} as const;

/** What workflows are written for: one stack, where its project lies in the repository, and how it signs in. */
import type { LoginName } from "./logins.ts";

export interface Pipeline {
  /** The stack that is planned and deployed; also the name of the environment that approves. */
  readonly stack: string;
  /** Branch that is deployed when it changes. */
  readonly branch: string;
  /** Folder with Pulumi.yaml and package-lock.json, relative to the repository's root; "." for the root itself. */
  readonly folder: string;
  readonly login: LoginName;
  /** Address of the deployed app, for the link beside a deployment. */
  readonly url: string;
  /** Whether the stack's secrets need a passphrase, or a key management service gives the key. */
  readonly secrets: "passphrase" | "kms";
  /** Whether Pulumi.yaml itself says where the state lives. */
  readonly backend: boolean;
  /** Absent when no stacks are made for changes that wait for review. */
  readonly previews?: Previews;
}

/** A stack of its own for each change that asks for one, made from Pulumi.preview.yaml. */
export interface Previews {
  readonly login: LoginName;
  readonly secrets: Pipeline["secrets"];
  /** US dollars a month: a change whose app is estimated above it gets no preview. */
  readonly ceiling: number;
  /** Hours after the last deployment at which a preview goes, closed or not. */
  readonly hours: number;
}

/** The stack whose file previews are made from, the environment that lets them sign in, and the label that asks. */
export const PREVIEW = "preview";

/** The label of a change that may lose data. */
export const DATA_LOSS = "data-loss";

/** Says in its first line that a file may be written again. */
export const MARKER = "# Written by atelier ci";

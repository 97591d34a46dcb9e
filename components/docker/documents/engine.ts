/** What an engine of documents gets, and what it offers to the component around it. */
import type { Output } from "@pulumi/pulumi";
import type { DataArgs } from "../../contracts/data.ts";
import type { Deployment } from "../deployment.ts";
import type { DockerGrant, DockerHandles } from "../handles.ts";

export interface DocumentsArgs extends DataArgs<"documents", DockerHandles> {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
}

export interface Engine {
  readonly handle: Output<string>;
  grant(consumer: string): DockerGrant;
}

/** What every part of this folder gets: the contract's arguments and what only this target has. */
import type { Input } from "@pulumi/pulumi";
import type { Service } from "../../../src/config/model.ts";
import type { ServiceArgs } from "../../contracts/service.ts";
import type { Deployment } from "../deployment.ts";
import type { GcpHandles, GcpSecrets } from "../handles.ts";
import type { RunSettings } from "./settings.ts";

export interface RunDeployment extends Deployment {
  readonly settings: RunSettings;
}

/** Where container images lie. */
export interface ImageSource {
  /** Reference with a digest, for instance `us-central1-docker.pkg.dev/acme/shop/api@sha256:…`. */
  of(service: string, spec: Service): Input<string>;
}

/** A service of the app that is looked at before anything is created. */
export interface Question {
  readonly deployment: RunDeployment;
  readonly name: string;
  readonly spec: Service;
}

export interface ContainerServiceArgs extends ServiceArgs<GcpHandles> {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: RunDeployment;
  /** Where its image comes from. */
  readonly images: ImageSource;
  /** Keeps the collector's configuration; Cloud Run mounts files from Secret Manager alone. */
  readonly vault: Pick<GcpSecrets, "store">;
}

import { Service } from "@pulumi/gcp/projects/service.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  mergeOptions,
  type Resource,
  type ResourceTransformation,
} from "@pulumi/pulumi";
import type { Data } from "../../src/config/model.ts";
import type { Deployment } from "./deployment.ts";
import { volumeOf } from "./vectors/volume.ts";

export interface ApisArgs {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
  /** Whether services run on Compute Engine. */
  readonly instances: boolean;
}

/** Names without `.googleapis.com`. */
export type Api = string;

/** Google's interfaces that an app needs, switched on in its project before anything of them is used.
 *
 * Costs nothing. Two must be on before the first run, because they are what switches others on:
 * `gcloud services enable serviceusage.googleapis.com cloudresourcemanager.googleapis.com`. None is ever switched off:
 * others in the project may use it. Google says an interface is on up to some minutes before all of its machines
 * know; what is refused with SERVICE_DISABLED until then succeeds when `up` runs again.
 * @example const apis = new Apis("apis", { deployment, instances: false }); runtime.registerStackTransformation(apis.first)
 */
export class Apis extends ComponentResource {
  readonly #services: ReadonlyMap<Api, Service>;

  constructor(name: string, args: ApisArgs, opts?: ComponentResourceOptions) {
    super("atelier:gcp:Apis", name, {}, opts);
    this.#services = createServices(this, apisOf(args));
    this.registerOutputs({});
  }

  /** What has to be there before these interfaces are used; those that the app does not need are left out. */
  of(...apis: readonly Api[]): readonly Resource[] {
    return apis.flatMap((api) => this.#services.get(api) ?? []);
  }

  /** Makes every resource of Google's wait for its interface, and for no other. To be registered for the stack, or as
   * `transformations` of the component above.
   */
  readonly first: ResourceTransformation = ({ type, props, opts }) => {
    const dependsOn = this.of(...apisOfResource(type, props));
    return dependsOn.length === 0
      ? undefined
      : { props, opts: mergeOptions(opts, { dependsOn: [...dependsOn] }) };
  };
}

function createServices(parent: Resource, apis: readonly Api[]): ReadonlyMap<Api, Service> {
  return new Map(
    apis.map((api) => {
      const service = `${api}.googleapis.com`;
      return [api, new Service(service, { service, disableOnDestroy: false }, { parent })] as const;
    }),
  );
}

/** Exactly what the app needs, sorted. */
export function apisOf({ deployment, instances }: ApisArgs): Api[] {
  const { app, settings } = deployment;
  const services = Object.values(app.services);
  const routes = Object.values(app.routes);
  const built = services.some(({ source }) => source.type === "build");
  const needed: readonly (readonly [boolean, readonly Api[]])[] = [
    [true, ["compute", "dns", "iam", "logging", "monitoring", "secretmanager"]],
    [!instances && services.length > 0, ["run"]],
    [instances, ["iap", "oslogin"]],
    [services.some(({ kind }) => kind === "job" || kind === "cron"), ["run"]],
    [services.some(({ kind }) => kind === "cron"), ["cloudscheduler"]],
    [services.some(({ kind }) => kind === "static"), ["storage"]],
    [built, ["artifactregistry"]],
    [built && app.protect, ["containerscanning"]],
    [routes.length > 0, ["certificatemanager"]],
    [routes.some(({ to }) => to.type === "operators"), ["iap"]],
    [app.budget !== undefined && settings.billingAccount !== undefined, ["billingbudgets"]],
    [settings.github !== undefined, ["iamcredentials", "sts"]],
    [settings.encryptionKey !== undefined, ["cloudkms"]],
    ...Object.entries(app.data).map(([name, spec]) => [true, apisOfData(name, spec, deployment)] as const),
  ];
  return [...new Set(needed.flatMap(([when, apis]) => (when ? apis : [])))].sort();
}

function apisOfData(name: string, spec: Data, { settings }: Deployment): readonly Api[] {
  if (spec.kind === "vectors") {
    return volumeOf(name, spec, settings) === "nfs" ? ["file", "run", "servicenetworking"] : ["storage"];
  }
  return DATA[spec.kind];
}

const DATA = {
  postgres: ["run", "servicenetworking", "sqladmin"],
  redis: ["redis", "servicenetworking"],
  documents: ["firebaserules", "firestore"],
  bucket: ["storage"],
  auth: ["apikeys", "identitytoolkit"],
} as const satisfies Record<Exclude<Data["kind"], "vectors">, readonly Api[]>;

/** `gcp:sql/databaseInstance:DatabaseInstance` → sqladmin. The agent of a service needs that service. */
function apisOfResource(type: string, props: unknown): readonly Api[] {
  if (type === "gcp:projects/serviceIdentity:ServiceIdentity") return serviceIn(props);
  if (type === "gcp:projects/apiKey:ApiKey") return ["apikeys"];
  const module = /^gcp:([^/]+)\//.exec(type)?.[1];
  if (module === undefined) return type === "docker-build:index:Image" ? ["artifactregistry"] : [];
  return MODULES[module] ?? [];
}

function serviceIn(props: unknown): readonly Api[] {
  const service = typeof props === "object" && props !== null && "service" in props ? props.service : "";
  return typeof service === "string" ? [service.replace(".googleapis.com", "")] : [];
}

/** Module of the provider → what it asks. Projects and their roles are cloudresourcemanager's, which is on already. */
export const MODULES: Readonly<Record<string, readonly Api[]>> = {
  artifactregistry: ["artifactregistry"],
  billing: ["billingbudgets"],
  certificatemanager: ["certificatemanager"],
  cloudrunv2: ["run"],
  cloudscheduler: ["cloudscheduler"],
  compute: ["compute"],
  dns: ["dns"],
  filestore: ["file"],
  firebaserules: ["firebaserules"],
  firestore: ["firestore"],
  iam: ["iam", "sts", "iamcredentials"],
  iap: ["iap"],
  identityplatform: ["identitytoolkit"],
  kms: ["cloudkms"],
  logging: ["logging"],
  monitoring: ["monitoring"],
  projects: [],
  redis: ["redis"],
  secretmanager: ["secretmanager"],
  serviceaccount: ["iam"],
  servicenetworking: ["servicenetworking"],
  sql: ["sqladmin"],
  storage: ["storage"],
};

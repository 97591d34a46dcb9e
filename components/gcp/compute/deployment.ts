/** What the services of one deployment on Compute Engine need to know, and how their parts are called. */
import type { Input, Output, Resource } from "@pulumi/pulumi";
import type { App, Service } from "../../../src/config/model.ts";
import type { ServiceArgs, ServicePart } from "../../contracts/service.ts";
import type { Deployment } from "../deployment.ts";
import type { GcpGroups, GcpHandles } from "../handles.ts";
import { shorten, stackOf } from "../names.ts";
import type { ComputeServiceSettings, ComputeSettings } from "./settings.ts";

export interface ComputeDeployment extends Deployment {
  readonly settings: ComputeSettings;
}

/** Where a service's image comes from. */
export interface Images {
  /** A reference with its digest: `us-central1-docker.pkg.dev/acme-prod/shop/api@sha256:…`. */
  of(name: string, spec: Service): Input<string>;
}

/** Where names inside the VPC lie. */
export interface Zone {
  /** Name of the zone in Cloud DNS. */
  readonly zone: Input<string>;
  /** What names in it end with: `shop-prod.internal`. */
  readonly domain: string;
}

export interface ContainerServiceArgs extends ServiceArgs<GcpHandles> {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: ComputeDeployment;
  /** Where its image comes from. */
  readonly images: Images;
  /** Where it is found by name. */
  readonly zone: Zone;
}

/** What one kind of service comes down to. */
export interface Made extends Pick<ServicePart<GcpHandles>, "scrape"> {
  readonly done: Resource;
  /** The name under which others call it, when somebody does. */
  readonly address?: Resource;
  readonly backend?: GcpGroups;
  readonly metrics?: GcpGroups;
  /** Region → template of the version that was just rolled out. */
  readonly templates: Readonly<Record<string, Output<string>>>;
}

/** A logical name that leaves room for the eight characters which Pulumi adds below Compute Engine's 63. */
export function autoNamed(app: Pick<App, "name" | "environment">, ...parts: readonly string[]): string {
  return shorten([stackOf(app), ...parts].join("-"), 55);
}

export const serviceSettings = (
  { services }: ComputeSettings,
  name: string,
): Partial<ComputeServiceSettings> => (Object.hasOwn(services, name) ? (services[name] ?? {}) : {});

/** Zones of one region that the service's instances stand in; undefined when Google chooses. */
export function zonesIn(settings: ComputeSettings, service: string, region: string): string[] | undefined {
  const zones = serviceSettings(settings, service).zones?.filter((zone) => zone.startsWith(`${region}-`));
  return zones?.length ? [...new Set(zones)].sort() : undefined;
}

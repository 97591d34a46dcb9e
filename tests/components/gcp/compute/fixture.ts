/** A service on a made-up Compute Engine, run in this process; and its user-data, read as the machine reads it. */
import { SecretIamMember } from "@pulumi/gcp/secretmanager/secretIamMember.js";
import { output } from "@pulumi/pulumi";
import { parse } from "yaml";
import type { Images } from "../../../../components/gcp/compute/deployment.ts";
import { ContainerService } from "../../../../components/gcp/compute/service.ts";
import { type ComputeSettings, computeSettings } from "../../../../components/gcp/compute/settings.ts";
import type { GcpGrant, GcpNetwork, GcpSecret } from "../../../../components/gcp/handles.ts";
import type { App, Service } from "../../../../src/config/model.ts";
import { makeApp } from "../../../helpers/app.ts";
import { identityOf, network as made } from "../../../helpers/gcp.ts";
import { type Program, runProgram } from "../../../helpers/program.ts";

export const IMAGE = `us-central1-docker.pkg.dev/acme-prod/shop/api@sha256:${"a".repeat(64)}`;

export const images: Images = { of: (name) => output(IMAGE.replace("/api@", `/${name}@`)) };

type Written = Parameters<typeof computeSettings.parse>[0] & object;

export const makeSettings = (changes: Written = {}): ComputeSettings =>
  computeSettings.parse({ project: "acme-prod", region: "us-central1", ...changes });

/** A secret that is there already. */
export const secretAt = (name: string, version = 1): GcpSecret => ({
  reference: output(`projects/acme-prod/secrets/${name}/versions/${version}`),
  secret: output(name),
  version: output(String(version)),
  readers: (member, service) =>
    new SecretIamMember(`reader-of-${name}-${service}`, {
      secretId: name,
      role: "roles/secretmanager.secretAccessor",
      member,
    }),
});

export interface Given {
  readonly app?: Partial<App>;
  readonly settings?: Written;
  readonly grants?: Record<string, GcpGrant>;
  readonly secrets?: Record<string, GcpSecret>;
  readonly network?: Partial<GcpNetwork>;
  readonly name?: string;
}

/** Runs one service with whatever the app has beside it. */
export function runService(
  spec: Service,
  { app, settings, grants = {}, secrets = {}, network, name = "api" }: Given = {},
): Promise<Program<ContainerService>> {
  const whole = makeApp({ ...app, services: { ...app?.services, [name]: spec } });
  const deployment = { app: whole, settings: makeSettings(settings) };
  return runProgram(
    () =>
      new ContainerService(name, {
        app: whole,
        deployment,
        images,
        zone: { zone: output("shop-dev-internal"), domain: "shop-dev.internal" },
        name,
        spec,
        identity: identityOf(name),
        consumers: {},
        network: { ...made, ...network },
        grants,
        secrets,
        after: [],
      }),
    {
      outputs: (type, logical) => ({
        selfLink: `self:${logical}`,
        ...(type.endsWith(":RegionInstanceGroupManager") && { instanceGroup: `group:${logical}` }),
        ...(type.endsWith(":ForwardingRule") && { ipAddress: `address:${logical}` }),
      }),
    },
  );
}

export const TYPES = {
  template: "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
  group: "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
  autoscaler: "gcp:compute/regionAutoscaler:RegionAutoscaler",
  check: "gcp:compute/healthCheck:HealthCheck",
} as const;

export interface UserData {
  readonly files: Readonly<Record<string, { readonly permissions: string; readonly content: string }>>;
  readonly commands: readonly (readonly string[])[];
}

/** User-data as cloud-init sees it; files by their path. */
export function readUserData(text: string): UserData {
  if (!text.startsWith("#cloud-config\n")) throw new Error("This is no cloud-config.");
  const { write_files: files, runcmd } = parse(text) as {
    write_files: { path: string; permissions: string; owner: string; content: string }[];
    runcmd: string[][];
  };
  return {
    files: Object.fromEntries(files.map(({ path, ...file }) => [path, file])),
    commands: runcmd,
  };
}

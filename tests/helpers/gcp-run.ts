/** Services on Cloud Run for tests: a deployment with this target's settings, and what Google would answer. */
import type { Input, Resource } from "@pulumi/pulumi";
import type { ContainerServiceArgs, RunDeployment } from "../../components/gcp/cloud-run/deployment.ts";
import { ContainerService } from "../../components/gcp/cloud-run/service.ts";
import { runSettings } from "../../components/gcp/cloud-run/settings.ts";
import type { GcpGrant } from "../../components/gcp/handles.ts";
import { consumersOf } from "../../src/app/links.ts";
import type { App, Service } from "../../src/config/model.ts";
import { makeApp } from "./app.ts";
import { identityOf, network } from "./gcp.ts";
import { answers, gcpSecrets } from "./gcp-data.ts";
import { runProgram } from "./program.ts";

export const SERVICE = "gcp:cloudrunv2/service:Service";
export const INVOKER = "gcp:cloudrunv2/serviceIamMember:ServiceIamMember";
export const NEG = "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup";
export const POOL = "gcp:cloudrunv2/workerPool:WorkerPool";
export const JOB = "gcp:cloudrunv2/job:Job";

export const DIGEST = `sha256:${"ab".repeat(32)}`;

export function makeRun(app: App, settings: object = {}): RunDeployment {
  return { app, settings: runSettings.parse({ project: "acme-prod", region: "us-central1", ...settings }) };
}

export interface RunOptions {
  readonly app?: Partial<App>;
  readonly settings?: object;
  readonly grants?: Readonly<Record<string, GcpGrant>>;
  readonly image?: Input<string>;
  readonly after?: ContainerServiceArgs["after"];
  /** Makes what a grant for `db` and a job before it are waited for. */
  readonly before?: () => readonly [granted: Resource, job: Resource];
}

/** Arguments of the service `name`; to be called inside a program. */
export function runArgs(app: App, name: string, options: RunOptions = {}): ContainerServiceArgs {
  const { settings, before, image = `us-docker.pkg.dev/acme/shop/app@${DIGEST}` } = options;
  const [granted, job] = before?.() ?? [];
  const waiting: GcpGrant = { env: {}, secrets: {}, mounts: [], ready: granted ? [granted] : [] };
  const { grants = granted ? { db: waiting } : {}, after = job ? [job] : [] } = options;
  const deployment = makeRun(app, settings);
  const vault = gcpSecrets(
    deployment,
    Object.fromEntries(Object.keys(app.secrets).map((key) => [key, `value of ${key}`])),
  );
  const spec = app.services[name];
  if (!spec) throw new Error(`There is no service ${name}.`);
  return {
    app,
    deployment,
    name,
    spec,
    identity: identityOf(name),
    network,
    grants,
    secrets: Object.fromEntries(spec.secrets.map((secret) => [secret, vault.get(secret)])),
    after,
    images: { of: () => image },
    consumers: Object.fromEntries(
      Object.entries(consumersOf(app, name)).map(([service, access]) => [
        service,
        { access, identity: identityOf(service) },
      ]),
    ),
    vault,
  };
}

/** A service called `api` alone in an app; `use` gets it. */
export function runService<T = ContainerService>(
  spec: Service,
  options: RunOptions = {},
  use: (service: ContainerService, args: ContainerServiceArgs) => T = (service) => service as T,
) {
  const app = makeApp({
    services: { api: spec },
    secrets: Object.fromEntries(spec.secrets.map((name) => [name, { source: "required" as const }])),
    ...options.app,
  });
  return runProgram(
    () => {
      const args = runArgs(app, "api", options);
      return use(new ContainerService("api", args), args);
    },
    { outputs: runAnswers },
  );
}

export function runAnswers(type: string, name: string): Record<string, unknown> {
  if (type === SERVICE) return { uri: `https://${name}-x1y2.a.run.app` };
  return answers(type, name);
}

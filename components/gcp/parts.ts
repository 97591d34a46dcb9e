/** Google Cloud's parts for programs of one's own: an app, or a piece of one, written in the program. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { type Kinds, Parts, readParts, type WrittenParts, type WrittenUser } from "../../src/app/parts.ts";
import type { App } from "../../src/config/model.ts";
import type { Problem } from "../../src/config/problem.ts";
import type { RunDeployment } from "./cloud-run/deployment.ts";
import { refuseServices } from "./cloud-run/refusals.ts";
import { runSettings } from "./cloud-run/settings.ts";
import type { ComputeDeployment } from "./compute/deployment.ts";
import { refuseCompute } from "./compute/refusals.ts";
import { computeSettings } from "./compute/settings.ts";
import { instancesOf } from "./compute/tasks.ts";
import type { Deployment } from "./deployment.ts";
import { refuseGoogle } from "./refusals.ts";
import { type GcpSettings, settings } from "./settings.ts";

export interface GcpUser extends WrittenUser {
  /** `serviceAccount:api@acme-prod.iam.gserviceaccount.com`; an account's `member` is just that. */
  readonly principal: Input<string>;
}

type Written<K extends Kinds, S extends z.ZodType> = WrittenParts<K, z.input<S>, GcpUser>;
type Of<S extends GcpSettings> = Deployment & { readonly settings: S };

/** What data, network, secrets and edge are made from. Nothing is registered by this.
 *
 * The provider comes with each part's options, or is the program's default one. The project's interfaces must be on;
 * `Apis` switches them on.
 * @throws ConfigError naming everything that Google Cloud, or the schema of app.yaml, refuses
 * @example const shop = deployment({ name: "shop", settings: { project: "acme-prod", region: "us-central1" }, data })
 */
export function deployment<K extends Kinds = Record<never, never>>(
  written: Written<K, typeof settings>,
): Parts<K, Deployment> {
  return partsOf(written, settings, () => []);
}

/** The same where services run on Cloud Run.
 * @example const shop = cloudRunDeployment({ name: "shop", settings, services: { api: { kind: "web", image, port } } })
 */
export function cloudRunDeployment<K extends Kinds = Record<never, never>>(
  written: Written<K, typeof runSettings>,
): Parts<K, RunDeployment> {
  return partsOf(written, runSettings, refuseServices);
}

/** The same where services run on instances of Compute Engine.
 * @example const shop = computeDeployment({ name: "shop", settings, services: { api: { kind: "web", image, port } } })
 */
export function computeDeployment<K extends Kinds = Record<never, never>>(
  written: Written<K, typeof computeSettings>,
): Parts<K, ComputeDeployment> {
  return partsOf(written, computeSettings, ({ app, settings }) => refuseCompute(app, settings), instancesOf);
}

function partsOf<K extends Kinds, S extends GcpSettings, I>(
  written: WrittenParts<K, I, GcpUser>,
  schema: z.ZodType<S, I>,
  refuse: (deployment: Of<S>) => readonly Problem[],
  instances: (app: App) => readonly string[] = () => [],
): Parts<K, Of<S>> {
  const { app, settings } = readParts(written, {
    settings: schema,
    refuse: (app, settings) =>
      refuseGoogle({ app, settings }, instances(app), () => refuse({ app, settings })),
  });
  const users = Object.entries<GcpUser>(written.users ?? {});
  const principals = Object.fromEntries(users.map(([name, { principal }]) => [name, principal]));
  return new Parts<K, Of<S>>({ app, settings }, principals);
}

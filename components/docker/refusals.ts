/** What one Docker host cannot do for an app: refused with a remedy, or, where the app still works as its author
 * meant it, a difference that is said at each `up`.
 */
import { instancesOf } from "../../src/app/sizing.ts";
import type { App, Service } from "../../src/config/model.ts";
import type { Problem } from "../../src/config/problem.ts";
import { differencesOfAuth } from "./auth.ts";
import { differencesOfDocuments } from "./documents.ts";
import type { Settings } from "./settings.ts";
import { tellUnused } from "./unused.ts";

const inEnvironment = (app: App, keys: string) =>
  `change it for this target under environments.${app.environment}.${keys}`;

/** Every reason why this target does not take the app. Data kinds answer for themselves (refuseData). */
export function refuseApp(app: App, settings: Settings): Problem[] {
  return [...refuseParts(app), ...refuseCertificate(app, settings)];
}

/** The same without the door. */
export function refuseParts(app: App): Problem[] {
  return [
    ...Object.entries(app.services).flatMap(([name, service]) => refuseService(app, name, service)),
    ...refuseSecrets(app),
  ];
}

function refuseService(app: App, name: string, { rollout, gpu }: Service): Problem[] {
  const path = ["services", name];
  const problems: (Problem | undefined)[] = [
    rollout.strategy === "canary"
      ? {
          path: [...path, "rollout", "strategy"],
          what: "canary is not carried by docker: one host has no weighted routes",
          allowed: "rolling, blue-green",
          remedy: inEnvironment(app, `services.${name}.rollout`),
        }
      : undefined,
    rollout.gate
      ? {
          path: [...path, "rollout", "gate"],
          what: "a gate on measurements is not carried by docker: a new version counts once its health check passes",
          remedy: inEnvironment(app, `services.${name}.rollout`),
        }
      : undefined,
    gpu
      ? {
          path: [...path, "gpu"],
          what: `${gpu.count} × ${gpu.kind} cannot be given by docker`,
          remedy: inEnvironment(app, `services.${name}.gpu`),
        }
      : undefined,
  ];
  return problems.filter((problem) => problem !== undefined);
}

function refuseSecrets(app: App): Problem[] {
  return Object.entries(app.secrets).flatMap(([name, secret]) =>
    secret.source === "existing"
      ? [
          {
            path: ["secrets", name],
            what: `${secret.name} names a secret in a cloud's store, which docker does not have`,
            allowed: "required, generate",
            remedy: inEnvironment(app, `secrets.${name}: required`),
          },
        ]
      : [],
  );
}

function refuseCertificate(app: App, { selfSigned = app.preset === "dev" }: Settings): Problem[] {
  if (app.edge.certificate || selfSigned) return [];
  return [
    {
      path: ["edge", "certificate"],
      what: `the ${app.environment} environment has no certificate for ${app.edge.domain}`,
      remedy:
        "declare two secrets with the PEM chain and the PEM key and name them in edge.certificate, or allow a self-signed one with atelier:docker: { selfSigned: true }",
    },
  ];
}

/** What means less here than elsewhere, one sentence each. */
export function differences(app: App): string[] {
  const services = Object.entries(app.services).flatMap(([name, service]) =>
    service.scale.max > service.scale.min && instancesOf(service) > 0
      ? [
          `services.${name}: ${service.scale.min} of up to ${service.scale.max} instances run; one host does not autoscale`,
        ]
      : [],
  );
  const data = Object.entries(app.data).flatMap(([name, part]) => [
    ...(part.backup ? [`data.${name}: backups are not made by the docker target`] : []),
    ...("highAvailability" in part && part.highAvailability
      ? [`data.${name}: one host has no second machine to fail over to`]
      : []),
    ...("replicas" in part && part.replicas > 0
      ? [`data.${name}: read replicas are left out on one host`]
      : []),
    ...(part.kind === "documents" ? differencesOfDocuments(name, part) : []),
    ...(part.kind === "auth" ? differencesOfAuth(name) : []),
  ]);
  const regions = app.regions.length > 0 ? [`regions: everything runs on this one host`] : [];
  return [...services, ...data, ...regions, ...tellUnused(app)];
}

/** What an instance may do beside what the service `uses`: pull its image, write logs and figures, read its secrets. */
import { RepositoryIamMember } from "@pulumi/gcp/artifactregistry/repositoryIamMember.js";
import { IAMMember } from "@pulumi/gcp/projects/iammember.js";
import { type Input, output, type Resource } from "@pulumi/pulumi";
import type { Service } from "../../../src/config/model.ts";
import { autoNamed, type ContainerServiceArgs } from "./deployment.ts";
import { secretsOf } from "./template.ts";

/** The agents of the system run as the service's identity: logs, and figures of machine and container. */
const ROLES = { logs: "roles/logging.logWriter", figures: "roles/monitoring.metricWriter" } as const;

export function createAccess(parent: Resource, args: ContainerServiceArgs): Resource[] {
  return [...mayReport(parent, args), ...mayPull(parent, args), ...mayRead(args)];
}

function mayReport(parent: Resource, { app, name, identity, deployment }: ContainerServiceArgs): Resource[] {
  return Object.entries(ROLES).map(
    ([purpose, role]) =>
      new IAMMember(
        autoNamed(app, name, purpose),
        { project: deployment.settings.project, role, member: identity.principal },
        { parent },
      ),
  );
}

/** Only for images that lie in Artifact Registry. */
function mayPull(parent: Resource, { app, name, spec, identity, images }: ContainerServiceArgs): Resource[] {
  if (!inArtifactRegistry(spec)) return [];
  const repository = output(images.of(name, spec)).apply(repositoryOf);
  const member = new RepositoryIamMember(
    autoNamed(app, name, "image"),
    {
      project: repository.project,
      location: repository.location,
      repository: repository.repository,
      role: "roles/artifactregistry.reader",
      member: identity.principal,
    },
    { parent },
  );
  return [member];
}

/** What is built goes there; what is named may. */
const inArtifactRegistry = ({ source }: Pick<Service, "source">): boolean =>
  source.type === "build" || /-docker\.pkg\.dev$/.test(source.registry ?? "");

/** The repository of `us-central1-docker.pkg.dev/acme-prod/shop/api@sha256:…`. */
export function repositoryOf(image: string): { location: string; project: string; repository: string } {
  const [, location, project, repository] =
    /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/@:]+)\//.exec(image) ?? [];
  if (!location || !project || !repository) throw new Error(`${image} does not lie in Artifact Registry.`);
  return { location, project, repository };
}

const mayRead = (args: ContainerServiceArgs): Resource[] =>
  Object.values(secretsOf(args)).map((secret) => secret.readers(args.identity.principal, args.name));

/** Everything that must be there before an instance starts. */
export function prerequisites(args: ContainerServiceArgs, access: readonly Resource[]): Input<Resource>[] {
  const grants = Object.values(args.grants).flatMap(({ ready }) => ready);
  return [...args.after, ...grants, ...args.network.ready, ...access];
}

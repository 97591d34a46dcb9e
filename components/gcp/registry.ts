import { Repository } from "@pulumi/gcp/artifactregistry/repository.js";
import { RepositoryIamMember } from "@pulumi/gcp/artifactregistry/repositoryIamMember.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  interpolate,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { days, inSeconds } from "../../src/config/units.ts";
import { type Deployment, homeOf, labelsOf } from "./deployment.ts";
import { grantKey } from "./encryption.ts";
import { nameOf, stackOf } from "./names.ts";

export interface RegistryArgs {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
}

/** How many versions of an image stay whatever their age, so that there is one to go back to. */
const KEPT = 20;
const OLD = `${inSeconds(days(180))}s`;
/** What lost its tag, or never had one: half of a push that was broken off. */
const LOOSE = `${inSeconds(days(7))}s`;

interface Place {
  readonly location: string;
  readonly project: string;
  readonly repository: Input<string>;
}

/** Where the app's own images lie: a repository of its own in Artifact Registry, or the one that the settings name.
 *
 * Costs $0.10 per GiB and month above the first half, and where images are scanned (protected apps) $0.26 for each
 * new one (Google's price lists for Artifact Registry and Artifact Analysis). A tag never comes to mean another image.
 * @example const registry = new Registry("registry", { deployment }); registry.readers(identity.principal, "api")
 */
export class Registry extends ComponentResource {
  /** What the names of its images begin with: `us-central1-docker.pkg.dev/acme-prod/shop-prod`. In a repository that
   * is not the stack's alone the stack's name follows, so that two stacks never push one tag.
   */
  readonly address: Output<string>;
  /** What has to be there before an image is pushed. */
  readonly ready: readonly Resource[];
  readonly #place: Place;
  readonly #members = new Map<string, Resource>();

  constructor(name: string, { deployment }: RegistryArgs, opts?: ComponentResourceOptions) {
    super("atelier:gcp:Registry", name, {}, opts);
    const { registry } = deployment.settings;
    const own = registry === undefined ? createRepository(this, name, deployment) : undefined;
    this.#place = own
      ? {
          location: homeOf(deployment),
          project: deployment.settings.project,
          repository: own.repositoryId,
        }
      : parseRegistry(registry ?? "");
    const { location, project, repository } = this.#place;
    const address = interpolate`${location}-docker.pkg.dev/${project}/${repository}`;
    this.address = own ? address : interpolate`${address}/${stackOf(deployment.app)}`;
    this.ready = own ? [own] : [];
    this.registerOutputs({ address: this.address });
  }

  /** Lets one more account fetch images from here; the same one twice is one grant. An instance fetches its image
   * itself. For Cloud Run Google does, as long as the repository lies in the project of the service.
   */
  readers(principal: Input<string>, service: string): Resource {
    return this.#grant("reader", "roles/artifactregistry.reader", principal, service);
  }

  /** Lets one more account push images. */
  writers(principal: Input<string>, who: string): Resource {
    return this.#grant("writer", "roles/artifactregistry.writer", principal, who);
  }

  #grant(kind: string, role: string, principal: Input<string>, who: string): Resource {
    const name = `${who}-image-${kind}`;
    const member =
      this.#members.get(name) ??
      new RepositoryIamMember(name, { ...this.#place, role, member: principal }, { parent: this });
    this.#members.set(name, member);
    return member;
  }
}

/** `us-central1-docker.pkg.dev/acme/shop`; its form was checked by the settings. */
export function parseRegistry(registry: string): Place & { readonly repository: string } {
  const [, location, project, repository] = /^(.+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)$/.exec(registry) ?? [];
  if (!location || !project || !repository) throw new Error(`${registry} is no repository of images.`);
  return { location, project, repository };
}

/** What stays is what a rule keeps, whatever another one deletes. */
function createRepository(parent: Resource, name: string, deployment: Deployment): Repository {
  const { app, settings } = deployment;
  const repositoryId = nameOf(app, "repository");
  return new Repository(
    repositoryId,
    {
      repositoryId,
      location: homeOf(deployment),
      format: "DOCKER",
      mode: "STANDARD_REPOSITORY",
      description: `Images of ${repositoryId}.`,
      dockerConfig: { immutableTags: true },
      cleanupPolicyDryRun: false,
      cleanupPolicies: [
        { id: "keep-newest", action: "KEEP", mostRecentVersions: { keepCount: KEPT } },
        { id: "delete-loose", action: "DELETE", condition: { tagState: "UNTAGGED", olderThan: LOOSE } },
        { id: "delete-old", action: "DELETE", condition: { tagState: "ANY", olderThan: OLD } },
      ],
      vulnerabilityScanningConfig: { enablementConfig: app.protect ? "INHERITED" : "DISABLED" },
      ...(settings.encryptionKey !== undefined && { kmsKeyName: settings.encryptionKey }),
      labels: labelsOf(deployment),
    },
    {
      parent,
      protect: app.protect,
      dependsOn: [...grantKey(parent, name, deployment, "artifactregistry")],
    },
  );
}

import { basename, join } from "node:path";
import { Image } from "@pulumi/docker-build/image.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  interpolate,
  type Output,
} from "@pulumi/pulumi";
import { contextHash } from "../../src/app/build-context.ts";
import type { App, Build, Service } from "../../src/config/model.ts";
import type { Problem } from "../../src/config/problem.ts";
import type { Deployment } from "./deployment.ts";
import type { Registry } from "./registry.ts";

export interface ImagesArgs {
  /** Where images are pushed to. */
  readonly registry: Pick<Registry, "address" | "ready">;
}

/** Images of the app's services: built here, pushed under the hash of all that goes into them, used by digest.
 *
 * A build costs nothing but time; it runs where `up` runs, on its Docker or BuildKit. That one must be logged in:
 * `gcloud auth configure-docker us-central1-docker.pkg.dev`. An unchanged folder is not built again. What was pushed
 * stays when a newer version comes or the stack goes, so that an older version has an image to go back to, and the
 * repository's own rules clear it away; deleting it here would fail while a tag names it
 * (GOOGLE_MANIFEST_DANGLING_TAG), and could hit an image that two versions share (pulumi-docker-build#606).
 * @example const images = new Images("images", { registry }); images.of("api", shop.service("api").spec)
 */
export class Images extends ComponentResource {
  readonly #registry: ImagesArgs["registry"];
  /** By what goes into them: services that are built alike share one. */
  readonly #built = new Map<string, Output<string>>();

  constructor(name: string, { registry }: ImagesArgs, opts?: ComponentResourceOptions) {
    super("atelier:gcp:Images", name, {}, opts);
    this.#registry = registry;
    this.registerOutputs({});
  }

  /** `us-central1-docker.pkg.dev/acme-prod/shop-prod/api@sha256:…`, or the reference as it is written. */
  of(_service: string, { source }: Pick<Service, "source">): Input<string> {
    if (source.type === "image") return source.reference;
    const hash = contextHash(source.context, source);
    const label = labelOf(source.context);
    const key = `${label}-${hash}`;
    const built = this.#built.get(key) ?? this.#build(source, label, hash);
    this.#built.set(key, built);
    return built;
  }

  #build({ context, dockerfile, args, target }: Build, label: string, hash: string): Output<string> {
    const repository = interpolate`${this.#registry.address}/${label}`;
    const image = new Image(
      `${label}-${hash.slice(0, 6)}`,
      {
        context: { location: context },
        dockerfile: { location: join(context, dockerfile) },
        buildArgs: { ...args },
        ...(target !== undefined && { target }),
        tags: [interpolate`${repository}:${hash}`],
        push: true,
        buildOnPreview: false,
        // Both targets run on x86; whoever runs `up` may not.
        platforms: ["linux/amd64"],
      },
      {
        parent: this,
        dependsOn: [...this.#registry.ready],
        retainOnDelete: true,
        customTimeouts: { create: "30m", update: "30m" },
      },
    );
    return interpolate`${repository}@${image.digest}`;
  }
}

/** A repository's last part: lower-case letters and digits, with single `.`, `_`, `-` between. */
export function labelOf(context: string): string {
  const label = basename(context)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return label || "image";
}

/** Where Cloud Run fetches images itself; elsewhere it sees none. */
const RUN_REGISTRIES =
  /^(docker\.io|index\.docker\.io|registry-1\.docker\.io|.+-docker\.pkg\.dev|(.+\.)?gcr\.io)$/;

/** @param instances services that run on instances, which fetch from everywhere */
export function refuseImages(app: App, instances: readonly string[] = []): Problem[] {
  return Object.entries(app.services).flatMap(([name, { source }]) => {
    const registry = source.type === "image" ? source.registry : undefined;
    if (registry === undefined || instances.includes(name) || RUN_REGISTRIES.test(registry)) return [];
    return [
      {
        path: ["services", name, "image"],
        what: `Cloud Run fetches no images from ${registry}`,
        allowed: "Docker Hub and Artifact Registry",
        remedy:
          "copy it to Artifact Registry, or name it by a remote repository there, such as us-central1-docker.pkg.dev/acme/ghcr/…",
      },
    ];
  });
}

export function differencesOfImages({ app, settings }: Deployment): string[] {
  const tagged = Object.entries(app.services).flatMap(([name, { source }]) =>
    app.protect && source.type === "image" && source.digest === undefined
      ? [
          `services.${name}.image: ${source.reference} is a tag, which may come to mean another image; add its digest, @sha256:…`,
        ]
      : [],
  );
  const foreign =
    settings.registry !== undefined && !settings.registry.includes(`.pkg.dev/${settings.project}/`)
      ? [
          `settings.registry: ${settings.registry} lies in another project, where somebody has to give Cloud Run's agent of ${settings.project} roles/artifactregistry.reader`,
        ]
      : [];
  return [...tagged, ...foreign];
}

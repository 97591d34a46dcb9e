import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { RemoteImage } from "@pulumi/docker/remoteImage.js";
import { ComponentResource, type ComponentResourceOptions, type Output, type Resource } from "@pulumi/pulumi";
import { type BuildOptions, contextHash, definesUser } from "../../src/app/build-context.ts";
import type { App, Service } from "../../src/config/model.ts";
import type { Host } from "./host.ts";
import { type ImageName, type PlatformImage, platformImages } from "./images.ts";
import { stackOf } from "./names.ts";

export interface LocalImage {
  /** Name and tag; the tag of a built image follows from its content. */
  readonly reference: string;
  /** The engine's id, known once the image is there. */
  readonly id: Output<string>;
  /** The image says itself which user runs it. */
  readonly hasUser: boolean;
}

export interface ImagesArgs {
  /** The app, whose name begins the names of images that are built. */
  readonly app: Pick<App, "name" | "environment">;
  /** Where images can come from. */
  readonly host: Host;
}

interface BuildRequest {
  /** Of a platform image. */
  readonly name?: string;
  readonly context: string;
  /** Of a context that this machine makes; others are known by what is in them. */
  readonly version?: string;
  readonly dockerfile: string;
  readonly args: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly hasUser: boolean;
}

/** How every Dockerfile of the platform's is built; all give up root. */
const OURS = { dockerfile: "Dockerfile", args: {}, hasUser: true } as const;

/** Official name of the one image that everything is built on. */
const OFFICIAL_BASE = "debian:bookworm-slim";

/** Images of one deployment: the platform's own, from the table in images.ts, and those of the app's services.
 *
 * Built images carry the hash of everything that goes into them as their tag. A changed source file is therefore
 * a new image, an unchanged one is not built again, and `destroy` removes what was built. Pulled images stay. Folders
 * that this machine makes count by the version of their sources, so that tags are known before anything is made.
 *
 * Costs disk alone.
 * @example new Images("images", { app, host }).of(shop.service("api").spec)
 */
export class Images extends ComponentResource {
  readonly #args: ImagesArgs;
  readonly #made = new Map<string, LocalImage & { readonly resource: Resource }>();

  constructor(name: string, args: ImagesArgs, opts?: ComponentResourceOptions) {
    super("atelier:docker:Images", name, {}, opts);
    this.#args = args;
    this.registerOutputs({});
  }

  /** A platform image, pulled or built once per deployment.
   * @param official the official image to pull in place of the table's, for instance of another version
   */
  get(name: ImageName, official?: string): LocalImage {
    const { upstream: usual, context, program }: PlatformImage = platformImages[name];
    const upstream = official ?? usual;
    if (upstream && this.#args.host.images === "upstream") return this.#pull(upstream);
    const made = program && this.#args.host.programs[program];
    const folder = made?.folder ?? context;
    if (!folder) throw new Error(`The ${name} image has no folder to be built from.`);
    return this.#build({ ...OURS, name, context: folder, ...(made && { version: made.version }) });
  }

  /** The image of a service of the app. Services that are built alike share one, which is named after its folder
   * and its content: Docker fails when two names of one image are removed at the same time.
   */
  of({ source }: Pick<Service, "source">): LocalImage {
    if (source.type === "image") return this.#pull(source.reference);
    const { dockerfile, args, target } = source;
    const site = this.#args.host.sites?.[source.context];
    if (site) return this.#build({ ...OURS, context: site.folder, version: site.version });
    const hasUser = definesUser(join(source.context, dockerfile));
    return this.#build({ context: source.context, dockerfile, args, hasUser, ...(target && { target }) });
  }

  #pull(reference: string): LocalImage {
    return this.#once(reference, () => {
      const resource = new RemoteImage(reference, { name: reference, keepLocally: true }, { parent: this });
      return { reference, id: resource.imageId, hasUser: false, resource };
    });
  }

  #build(request: BuildRequest): LocalImage {
    const { name, context, version, dockerfile, args, target, hasUser } = request;
    return this.#once(JSON.stringify(request), () => {
      const base = this.#base();
      const allArgs = { ...args, BASE: args.BASE ?? base.reference };
      const options = { dockerfile, args: allArgs, ...(target && { target }) };
      const tag = version ? versionHash(version, options) : contextHash(context, options);
      const label = name ?? labelOf(context);
      const reference = `${stackOf(this.#args.app)}/${label}:${tag}`;
      const build = {
        context,
        dockerfile,
        buildArgs: allArgs,
        networkMode: "host",
        ...(target && { target }),
      };
      return this.#once(reference, () => {
        const resource = new RemoteImage(
          name ?? `${label}-${tag.slice(0, 6)}`,
          { name: reference, keepLocally: false, build },
          { parent: this, dependsOn: [base.resource], customTimeouts: { create: "30m" } },
        );
        return { reference, id: resource.imageId, hasUser, resource };
      });
    });
  }

  /** Debian's slim image: the official one, or one from the root file system that was made on this host. */
  #base() {
    const { host, app } = this.#args;
    if (!host.base) return this.#once(OFFICIAL_BASE, () => this.#pulledBase());
    const { folder: context, version } = host.base;
    return this.#once("build:base", () => {
      const reference = `${stackOf(app)}/base:${versionHash(version, OURS)}`;
      const resource = new RemoteImage(
        "base",
        { name: reference, keepLocally: false, build: { context, dockerfile: "Dockerfile" } },
        { parent: this },
      );
      return { reference, id: resource.imageId, hasUser: false, resource };
    });
  }

  #pulledBase() {
    const resource = new RemoteImage("base", { name: OFFICIAL_BASE, keepLocally: true }, { parent: this });
    return { reference: OFFICIAL_BASE, id: resource.imageId, hasUser: false, resource };
  }

  #once<T extends LocalImage & { readonly resource: Resource }>(key: string, make: () => T) {
    const made = this.#made.get(key) ?? make();
    this.#made.set(key, made);
    return made;
  }
}

/** The counterpart of `contextHash` for a folder that may not be there yet. */
function versionHash(version: string, { dockerfile, args, target }: BuildOptions): string {
  const sortedArgs = Object.keys(args)
    .sort()
    .map((name) => [name, args[name]]);
  const text = JSON.stringify([version, dockerfile, sortedArgs, target ?? null]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** A folder's name, in letters that an image's name may have. */
function labelOf(context: string): string {
  return (
    basename(context)
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^-|-$/g, "") || "service"
  );
}

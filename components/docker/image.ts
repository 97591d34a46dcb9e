/** Images of one deployment: the platform's own, from the table in images.ts, and those of the app's services.
 *
 * Built images carry the hash of everything that goes into them as their tag. A changed source file is therefore
 * a new image, an unchanged one is not built again, and `destroy` removes what was built.
 */
import { RemoteImage } from "@pulumi/docker/remoteImage.js";
import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import type { Service } from "../../src/config/model.ts";
import { nameOf, stackOf } from "./deployment.ts";
import type { Host } from "./host.ts";
import { type ImageName, contextHash, platformImages } from "./images.ts";

export interface LocalImage {
  /** Name and tag; the tag of a built image follows from its content. */
  readonly reference: string;
  /** The engine's id, known once the image is there. */
  readonly id: Output<string>;
}

export interface ImagesArgs {
  readonly app: { readonly name: string; readonly environment: string };
  readonly host: Host;
}

export class Images extends ComponentResource {
  readonly #args: ImagesArgs;
  readonly #made = new Map<string, RemoteImage>();

  constructor(name: string, args: ImagesArgs, opts?: ComponentResourceOptions) {
    super("atelier:docker:Images", name, {}, opts);
    this.#args = args;
    this.registerOutputs({});
  }
}

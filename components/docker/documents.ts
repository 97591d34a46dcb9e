import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import type { Access, Documents as DocumentsSpec } from "../../src/config/model.ts";
import type { Problem } from "../../src/config/problem.ts";
import type { DataPart } from "../contracts/data.ts";
import type { ScrapeTarget } from "../contracts/monitoring.ts";
import type { DocumentsArgs, Engine } from "./documents/engine.ts";
import { createFirestore } from "./documents/firestore.ts";
import { createMongodb } from "./documents/mongodb.ts";
import type { DockerGrant, DockerHandles } from "./handles.ts";
import type { ImageSource } from "./images.ts";

/** Major version of the official image that the platform names. */
const VERSION = 7;

const ENGINES = {
  firestore: createFirestore,
  mongodb: createMongodb,
} as const satisfies Record<
  DocumentsSpec["engine"],
  (parent: ComponentResource, name: string, args: DocumentsArgs) => Engine
>;

/** Documents on a Docker host: MongoDB's official image, or an emulator of Firestore.
 *
 * Costs nothing but the host's memory. There is no TLS: the part's network is internal to the host, and only its
 * users are on it. Where no image registry is used MongoDB is refused, because Debian does not package it. Neither
 * has an exporter; the container's own figures and its health are watched.
 * @example new Documents("catalog", { ...shop.part("catalog"), secrets, network })
 */
export class Documents extends ComponentResource implements DataPart<DockerHandles> {
  readonly scrape: readonly ScrapeTarget[] = [];
  readonly handle: Output<string>;
  readonly #engine: Engine;

  constructor(name: string, args: DocumentsArgs, opts?: ComponentResourceOptions) {
    super("atelier:docker:Documents", name, {}, opts);
    this.#engine = ENGINES[args.spec.engine](this, name, args);
    this.handle = this.#engine.handle;
    this.registerOutputs({});
  }

  /** The connection contract of src/config/connections.ts: for firestore PROJECT and no login, else one's own user. */
  grant(consumer: string, _access: Access): DockerGrant {
    return this.#engine.grant(consumer);
  }
}

/** What this target can't do for documents. @param source absent while it is not known yet */
export function refuseDocuments(name: string, spec: DocumentsSpec, source?: ImageSource): Problem[] {
  if (spec.engine === "firestore") return [];
  return [
    ...(source === "debian"
      ? [
          {
            path: ["data", name],
            what: "MongoDB is not packaged by Debian, and no image registry is used here",
            remedy:
              "let the host reach an image registry and set atelier:docker.images: upstream, or use postgres with a jsonb column",
          },
        ]
      : []),
    ...(spec.version === VERSION
      ? []
      : [
          {
            path: ["data", name, "version"],
            what: `MongoDB ${spec.version} is not the version that the docker target carries`,
            allowed: String(VERSION),
            remedy: `set version: ${VERSION}`,
          },
        ]),
  ];
}

export function differencesOfDocuments(name: string, { engine }: DocumentsSpec): string[] {
  if (engine !== "firestore") return [];
  return [
    `data.${name}: an emulator of Firestore on this host keeps the documents; it has no listeners and no vector search, wants no indexes, and every service that uses it may write`,
  ];
}

import type { Container } from "@pulumi/docker/container.js";
import type { Volume } from "@pulumi/docker/volume.js";
import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import { prefixOf } from "../../src/config/connections.ts";
import type { Access, Auth as AuthSpec } from "../../src/config/model.ts";
import type { Problem } from "../../src/config/problem.ts";
import { cores, mebibytes, seconds } from "../../src/config/units.ts";
import type { DataArgs, DataPart } from "../contracts/data.ts";
import type { ScrapeTarget } from "../contracts/monitoring.ts";
import { type ContainerSpec, createContainer, httpProbe } from "./container.ts";
import { type Deployment, nameOf } from "./deployment.ts";
import type { DockerGrant, DockerHandles } from "./handles.ts";
import { emulatedProject } from "./names.ts";
import { createVolume } from "./volume.ts";

export interface AuthArgs extends DataArgs<"auth", DockerHandles> {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
}

const PORT = 9099;
const USER = "10001:10001";
/** Google's path, so that one who builds the address from it finds the keys. */
const JWKS_PATH = "/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com";
/** Names the app and admits nobody, as Google's keys for browsers do. */
const API_KEY = "local";
/** Ways to sign in that need nobody else, and no mail or text message. */
const WAYS: readonly string[] = ["email", "anonymous"];

/** The app's users on a Docker host: an issuer of our own that speaks as Identity Toolkit does.
 *
 * Costs nothing but the host's memory. Its tokens have the form of Firebase's (RS256, the same claims), and whoever
 * checks them by ISSUER, AUDIENCE and JWKS_URL needs no change for Google Cloud. Key and accounts lie on a volume.
 *
 * Nothing outside reaches it: a page asks its own service, which passes the request on to EMULATOR. Google's libraries
 * find it as FIREBASE_AUTH_EMULATOR_HOST. `read` and `write` are the same here, because they all come in as one owner.
 * @example new Auth("users", { ...shop.part("users"), secrets, network })
 */
export class Auth extends ComponentResource implements DataPart<DockerHandles> {
  readonly scrape: readonly ScrapeTarget[] = [];
  readonly handle: Output<string>;
  readonly #name: string;
  readonly #args: AuthArgs;
  readonly #server: Container;

  constructor(name: string, args: AuthArgs, opts?: ComponentResourceOptions) {
    super("atelier:docker:Auth", name, {}, opts);
    this.#name = name;
    this.#args = args;
    const { deployment } = args;
    const volume = createVolume(this, deployment, name);
    this.#server = createContainer(this, deployment, describeServer(name, args, volume));
    this.handle = this.#server.name;
    this.registerOutputs({});
  }

  /** The connection contract of src/config/connections.ts; there is no login to give. */
  grant(_consumer: string, _access: Access): DockerGrant {
    const { app, spec } = this.#args;
    const prefix = prefixOf(this.#name);
    const project = emulatedProject(app);
    const address = `${this.#name}:${PORT}`;
    return {
      env: {
        [`${prefix}PROVIDER`]: spec.provider,
        [`${prefix}PROJECT`]: project,
        [`${prefix}ISSUER`]: `https://securetoken.google.com/${project}`,
        [`${prefix}AUDIENCE`]: project,
        [`${prefix}JWKS_URL`]: `http://${address}${JWKS_PATH}`,
        [`${prefix}DOMAIN`]: app.edge.domain,
        [`${prefix}API_KEY`]: API_KEY,
        [`${prefix}EMULATOR`]: address,
      },
      secrets: {},
      mounts: [],
      ready: [this.#server],
    };
  }
}

/** What the target says before anything is created. @param environment whose part of app.yaml may change it */
export function refuseAuth(name: string, { signIn }: AuthSpec, environment: string): Problem[] {
  return signIn.flatMap((way, index) =>
    WAYS.includes(way)
      ? []
      : [
          {
            path: ["data", name, "signIn", index],
            what: `${way} is not a way to sign in that docker has: nobody here knows the user or sends a message`,
            allowed: WAYS.join(", "),
            remedy: `change it for this target under environments.${environment}.data.${name}: { signIn: email, clients: null }`,
          },
        ],
  );
}

export function differencesOfAuth(name: string): string[] {
  return [
    `data.${name}: an issuer on this host keeps the users, without mail or text messages; every service that uses it may make and remove accounts`,
  ];
}

function describeServer(name: string, args: AuthArgs, volume: Volume): ContainerSpec {
  const { app, deployment, spec, network } = args;
  const { signIn, signUp } = spec;
  const config = { project: emulatedProject(app), apiKey: API_KEY, signIn, signUp };
  return {
    part: "data",
    name,
    of: name,
    image: deployment.images.get("auth"),
    state: "stateful",
    run: "always",
    files: { config: { "issuer.json": JSON.stringify(config) } },
    networks: [network.own(name)],
    volumes: [{ source: nameOf(deployment, name), path: "/data", readOnly: false }],
    user: USER,
    limits: {
      cpu: cores(0.5),
      memory: mebibytes(128),
      reserve: { cpu: cores(0.05), memory: mebibytes(64) },
    },
    health: {
      test: httpProbe(PORT, "/health"),
      every: seconds(3),
      timeout: seconds(3),
      failAfter: 3,
      startup: seconds(30),
    },
    stop: { grace: seconds(10) },
    dependsOn: [volume],
  };
}

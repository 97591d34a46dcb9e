/** Firestore: an emulator of our own, gRPC and REST on one port, whose documents outlive it on a volume.
 *
 * There is no login: only the services that use it are on its network. Google's libraries find it as
 * FIRESTORE_EMULATOR_HOST, for which `envNames` gives EMULATOR that name.
 */
import type { Volume } from "@pulumi/docker/volume.js";
import type { ComponentResource } from "@pulumi/pulumi";
import { prefixOf } from "../../../src/config/connections.ts";
import { seconds } from "../../../src/config/units.ts";
import { type ContainerSpec, createContainer, httpProbe } from "../container.ts";
import { nameOf } from "../deployment.ts";
import { emulatedProject } from "../names.ts";
import { createVolume } from "../volume.ts";
import type { DocumentsArgs, Engine } from "./engine.ts";

const PORT = 8080;
const USER = "10001:10001";

export function createFirestore(parent: ComponentResource, name: string, args: DocumentsArgs): Engine {
  const { app, deployment } = args;
  const volume = createVolume(parent, deployment, name);
  const server = createContainer(parent, deployment, describeServer(name, args, volume));
  const prefix = prefixOf(name);
  return {
    handle: server.name,
    grant: () => ({
      env: {
        [`${prefix}HOST`]: name,
        [`${prefix}PORT`]: String(PORT),
        [`${prefix}NAME`]: name,
        [`${prefix}PROJECT`]: emulatedProject(app),
        [`${prefix}EMULATOR`]: `${name}:${PORT}`,
      },
      secrets: {},
      mounts: [],
      ready: [server],
    }),
  };
}

function describeServer(name: string, args: DocumentsArgs, volume: Volume): ContainerSpec {
  const { deployment, spec, network } = args;
  return {
    part: "data",
    name,
    of: name,
    image: deployment.images.get("firestore"),
    state: "stateful",
    run: "always",
    networks: [network.own(name)],
    volumes: [{ source: nameOf(deployment, name), path: "/data", readOnly: false }],
    user: USER,
    limits: { cpu: spec.cpu, memory: spec.memory },
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

/** How containers, networks, volumes and images of one Docker host behave under the engine. */
import type { Behaviour, Reference, Verb } from "../behaviour.ts";
import { digest } from "../digest.ts";
import { isMap, type Properties, type Value } from "../values.ts";
import { replacesOn } from "./replacements.ts";

export const CONTAINER = "docker:index/container:Container";
export const NETWORK = "docker:index/network:Network";
export const VOLUME = "docker:index/volume:Volume";
export const IMAGE = "docker:index/remoteImage:RemoteImage";

const NAMED: ReadonlySet<string> = new Set([CONTAINER, NETWORK, VOLUME]);

export const dockerBehaviour: Behaviour = {
  outputs: (type, name, inputs) => OUTPUTS[type]?.(text(inputs.name) ?? name, inputs) ?? { id: name },
  isStable: () => false,
  replaces: replacesOn,
  autoName: (type) => (NAMED.has(type) ? "name" : undefined),
  nameLength: () => 128,
  refusesDelete: () => undefined,
  isSecret: () => false,
  // Volumes are found by their name; a second image of the same tag is the same image.
  again: (type) => (type === VOLUME || type === IMAGE ? "same" : "refused"),
  isChosen: (type) => type === CONTAINER || type === NETWORK,
  references: (type, inputs) => (type === CONTAINER ? referencesOf(inputs) : []),
  names: (type, outputs) => NAMES[type]?.(outputs) ?? [],
  quota: () => undefined,
  seconds: (type, verb) => TIMES[type]?.[verb] ?? 1,
  lag: () => 0,
  leansOn: () => false,
};

const OUTPUTS: Readonly<Record<string, (name: string, inputs: Properties) => Properties>> = {
  [CONTAINER]: (name, inputs) => ({
    id: digest(["container", name], 64),
    exitCode: 0,
    containerLogs: "",
    networkDatas: listOf(inputs.networksAdvanced).map((network) => ({
      networkName: isMap(network) ? (text(network.name) ?? "") : "",
      ipAddress: `172.30.${octet(name, 0)}.${octet(name, 1)}`,
      gateway: `172.30.${octet(name, 0)}.1`,
      ipPrefixLength: 24,
    })),
  }),
  [NETWORK]: (name) => ({ id: digest(["network", name], 64), scope: "local" }),
  [VOLUME]: (name) => ({ id: name, mountpoint: `/var/lib/docker/volumes/${name}/_data` }),
  [IMAGE]: (name) => {
    // Its tag follows from what it is built of, wherever that lies.
    const imageId = `sha256:${digest(["image", name], 64)}`;
    return { id: `${imageId}${name}`, imageId, repoDigest: `${name}@sha256:${digest(name, 64)}` };
  },
};

const NAMES: Readonly<Record<string, (outputs: Properties) => readonly string[]>> = {
  [CONTAINER]: ({ name }) => textsOf(name),
  [NETWORK]: ({ name }) => textsOf(name),
  [IMAGE]: ({ imageId, name }) => [...textsOf(imageId), ...textsOf(name)],
};

/** What a container needs on its host: its image, its networks, and the container that it borrows files from. An image
 * by its name may be on the host already; one by its id cannot be guessed. Volumes come to be when they are named.
 */
function referencesOf({ image, networksAdvanced, volumes }: Properties): Reference[] {
  const networks = listOf(networksAdvanced).flatMap((one) => (isMap(one) ? textsOf(one.name) : []));
  const owners = listOf(volumes).flatMap((one) => (isMap(one) ? textsOf(one.fromContainer) : []));
  return [
    ...textsOf(image)
      .filter((id) => id.startsWith("sha256:"))
      .map((names) => ({ input: "image", names })),
    ...networks.map((names) => ({ input: "networksAdvanced", names })),
    ...owners.map((names) => ({ input: "volumes", names })),
  ];
}

/** Seconds. A network's address range takes Docker about two (bench/local-up); the rest are guesses for one host. */
const TIMES: Readonly<Record<string, Readonly<Record<Verb, number>>>> = {
  [CONTAINER]: { create: 3, update: 1, delete: 2 },
  [NETWORK]: { create: 2, update: 2, delete: 1 },
  [VOLUME]: { create: 1, update: 1, delete: 1 },
  [IMAGE]: { create: 30, update: 1, delete: 1 },
};

const text = (value: Value | undefined): string | undefined =>
  typeof value === "string" ? value : undefined;
const textsOf = (value: Value | undefined): string[] => (typeof value === "string" ? [value] : []);
const listOf = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : []);
const octet = (name: string, at: number): number =>
  (Number.parseInt(digest(name, 8).slice(at * 2, at * 2 + 2), 16) % 253) + 2;

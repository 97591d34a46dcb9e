/** Looks on a Docker host for what a create has made whose answer never came. */
import type Docker from "dockerode";
import type { Environment } from "../command.ts";
import { dockerClient } from "../docker.ts";
import type { Begun, Found } from "./model.ts";

type Look = (docker: Docker, name: string) => Promise<Found>;

const LOOKS: Readonly<Record<string, Look>> = {
  // It may be without its files, or not started: nothing of its own is lost when it is made again.
  "docker:index/container:Container": async (docker, name) => {
    await docker.getContainer(name).remove({ force: true, v: true });
    return "absent";
  },
  "docker:index/network:Network": async (docker, name) => ({
    id: ((await docker.getNetwork(name).inspect()) as { Id: string }).Id,
  }),
  "docker:index/volume:Volume": async (_, name) => ({ id: name }),
  "docker:index/remoteImage:RemoteImage": async (docker, name) => ({
    id: `${(await docker.getImage(name).inspect()).Id}${name}`,
  }),
};

/** Containers are taken away by their name, which nobody else can have; the rest is taken over. */
export async function findInDocker({ type, inputs }: Begun, env: Environment): Promise<Found> {
  const look = LOOKS[type];
  if (!look || typeof inputs.name !== "string") return { unknown: "how it is found on a host is not known" };
  try {
    return await look(dockerClient(env.DOCKER_HOST), inputs.name);
  } catch (error) {
    const { statusCode, message } = error as { statusCode?: number; message: string };
    return statusCode === 404 ? "absent" : { unknown: `Docker does not tell: ${message}` };
  }
}

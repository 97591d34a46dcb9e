/** What rules ask of a container: whether it runs, stays, who it is, and what of the host it has. */
import type { Resource } from "../rule.ts";
import { maps, present, text } from "../values.ts";

export const CONTAINER = "docker:index/container:Container";
export const IMAGE = "docker:index/remoteImage:RemoteImage";
export const types = [CONTAINER];

/** Some containers only carry files, and are never started. */
export const runs = ({ inputs }: Resource): boolean => inputs.start !== false || inputs.restart === "no";
/** Goes on until it is stopped. */
export const stays = ({ inputs }: Resource): boolean => inputs.start !== false && inputs.mustRun !== false;
/** Alone with its files. */
export const isolated = ({ inputs }: Resource): boolean => inputs.networkMode === "none";
export const whenRun = (judge: (resource: Resource) => readonly string[]) => (resource: Resource) =>
  runs(resource) ? judge(resource) : [];

/** What a container is, as its label says: `socket-proxy`. */
export const calledBy = ({ inputs, name }: Resource): string => {
  const label = maps(inputs.labels).find((each) => each.label === "atelier.name");
  return text(label?.value) || text(inputs.name) || name;
};

/** Folders of the host, by volumes and by mounts. */
export const hostFolders = ({ inputs }: Resource) => [
  ...maps(inputs.volumes).flatMap(({ hostPath, readOnly }) =>
    present(hostPath) ? [{ path: text(hostPath), readOnly: readOnly === true }] : [],
  ),
  ...maps(inputs.mounts).flatMap(({ type, source, readOnly }) =>
    type === "bind" ? [{ path: text(source), readOnly: readOnly === true }] : [],
  ),
];

export const SOCKET = /(^|\/)(docker|containerd|podman|crio)\.sock$/;
export const SENSITIVE =
  /^\/$|^\/(etc|root|boot|proc|sys|dev|usr|lib|var\/lib\/(docker|kubelet|containerd))(\/|$)/;

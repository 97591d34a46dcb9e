/** The files that never-started companions lend to the containers that run. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { docker } from "./docker.ts";
import { isStarted, type State } from "./state.ts";

/** A folder of a companion, and the host folder that holds the same. */
export interface Lent {
  readonly companion: string;
  readonly path: string;
  readonly folder: string;
}

/** Every folder that a companion lends to a container that runs, each with its place under `root`. */
export function lentFolders({ containers }: Pick<State, "containers">, root: string): Lent[] {
  const borrowed = new Set(
    containers
      .filter(isStarted)
      .flatMap(({ inputs }) => (inputs.volumes ?? []).map(({ fromContainer }) => fromContainer)),
  );
  return containers
    .filter(({ inputs }) => borrowed.has(inputs.name))
    .flatMap(({ inputs: { name, volumes = [] } }) =>
      volumes.flatMap(({ containerPath: path }) =>
        path ? [{ companion: name, path, folder: join(root, name, path) }] : [],
      ),
    );
}

/** Copies them out of the companions, with their permissions. */
export async function copyLent(lent: readonly Lent[]): Promise<void> {
  for (const { companion, path, folder } of lent) {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    await docker("cp", `${companion}:${path}/.`, folder);
  }
}

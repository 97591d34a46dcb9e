/** What is known of the Docker host before anything is created. Gathered by preflight/, or assumed there for a plan; a
 * plain value, so that tests can make one too.
 */
import type { BuildFolder } from "../../engine/build-folder.ts";
import type { ImageSource } from "./images.ts";

export interface Host {
  /** Where platform images come from. */
  readonly images: ImageSource;
  /** Subnets already given to networks of this deployment, network name → CIDR. They are kept. */
  readonly subnets: Readonly<Record<string, string>>;
  /** Ranges that others on the host use. */
  readonly taken: readonly string[];
  /** Jobs that failed before, name of the container without its attempt → which attempt comes now, 2 or more. */
  readonly attempts: Readonly<Record<string, number>>;
  /** Group that may speak to the engine's socket, as a number. */
  readonly socketGroup: number;
  /** Folder with the Debian root file system, where images are built without a registry. */
  readonly base?: BuildFolder;
  /** Folder per program that is made on this machine: `waf`, `s3`, `firestore`. */
  readonly programs: Readonly<Record<string, BuildFolder>>;
  /** Folder of plain files, as a static service names it → folder that its image is built from. */
  readonly sites?: Readonly<Record<string, BuildFolder>>;
}

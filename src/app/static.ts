/** Static services: files as they lie in a folder, or an image that is built from it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Service } from "../config/model.ts";

/** Without a Dockerfile the folder holds the files themselves. One with it has to be built first. */
export function isPlainFolder({ kind, source }: Pick<Service, "kind" | "source">): boolean {
  return kind === "static" && source.type === "build" && !existsSync(join(source.context, source.dockerfile));
}

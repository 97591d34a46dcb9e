/** Which Dockerfile an image is built from, as the resource that builds it says. */
import { dirname, isAbsolute, join } from "node:path";
import type { Resource } from "../rule.ts";
import { at, text } from "../values.ts";

/** A file to read, or the text itself. */
export interface Build {
  /** As it is called in messages: the last folder and the name. */
  readonly called: string;
  readonly path?: string;
  readonly inline?: string;
}

const REMOTE_IMAGE = "docker:index/remoteImage:RemoteImage";
const BUILT_IMAGE = "docker-build:index:Image";

export const IMAGE_TYPES = [REMOTE_IMAGE, BUILT_IMAGE] as const;

/** Undefined where nothing is built, or what is built is not known yet. */
export function buildOf({ type, name, inputs }: Resource): Build | undefined {
  if (type === BUILT_IMAGE) {
    const inline = text(at(inputs, "dockerfile.inline"));
    if (inline !== "") return { called: `${name}/Dockerfile`, inline };
    const context = text(at(inputs, "context.location"));
    return file(text(at(inputs, "dockerfile.location")) || (context && join(context, "Dockerfile")));
  }
  if (type !== REMOTE_IMAGE) return undefined;
  const context = text(at(inputs, "build.context"));
  const written = text(at(inputs, "build.dockerfile")) || "Dockerfile";
  return context === "" ? undefined : file(isAbsolute(written) ? written : join(context, written));
}

function file(path: string): Build | undefined {
  // A remote context is Git's or an archive: nobody can look into it here.
  if (path === "" || /^[a-z+]+:\/\//.test(path)) return undefined;
  return { called: path.slice(dirname(dirname(path)).length).replace(/^\//, ""), path };
}

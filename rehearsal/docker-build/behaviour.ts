/** How images behave that are built by BuildKit and pushed to a registry. */
import { type Behaviour, PLAIN } from "../behaviour.ts";
import { digest } from "../digest.ts";
import type { Properties } from "../values.ts";

/** A build is found by what went into it: the same inputs give the same image, again and again. It is never changed in
 * place outside of the registry, so nothing is replaced either.
 */
export const dockerBuildBehaviour: Behaviour = {
  ...PLAIN,
  outputs: (_, __, inputs) => imageOf(inputs),
  again: () => "same",
  seconds: (_, verb) => (verb === "delete" ? 5 : WARM_BUILD),
};

/** With a warm cache, and its push: a guess. */
const WARM_BUILD = 120;

/** What a folder holds is not read here. A tag that follows from it stands for it, so that the same sources give the
 * same image wherever they lie; only an image without a tag goes by the place.
 */
function imageOf(inputs: Properties): Properties {
  const tags = Array.isArray(inputs.tags) ? inputs.tags : [];
  const [first] = tags as readonly unknown[];
  const { context = "", dockerfile = "", ...rest } = inputs;
  const sources = tags.length > 0 ? tags : [context, dockerfile];
  const sum = `sha256:${digest({ ...rest, sources }, 64)}`;
  const ref = `${typeof first === "string" ? first : "image"}@${sum}`;
  return {
    id: sum,
    digest: sum,
    ref,
    contextHash: digest(sources, 64),
  };
}

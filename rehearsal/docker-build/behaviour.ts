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

function imageOf(inputs: Properties): Properties {
  const tags = Array.isArray(inputs.tags) ? inputs.tags : [];
  const [first] = tags as readonly unknown[];
  const sum = `sha256:${digest(inputs, 64)}`;
  const ref = `${typeof first === "string" ? first : "image"}@${sum}`;
  return {
    id: sum,
    digest: sum,
    ref,
    contextHash: digest([inputs.context ?? "", inputs.dockerfile ?? ""], 64),
  };
}

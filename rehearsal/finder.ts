/** Finds in a simulated cloud what a create has made whose answer never came, as Atelier finds it in a real one. */

import { byRule } from "../engine/recovery/find.ts";
import type { Begun, Find, Found } from "../engine/recovery/model.ts";
import type { Cloud, Live } from "./cloud.ts";
import { CONTAINER, IMAGE, NETWORK, VOLUME } from "./docker/behaviour.ts";
import { equal, isMap, isSecret, type Properties, type Value } from "./values.ts";

/** Containers go, everything else is taken over: engine/recovery/docker.ts, engine/recovery/google.ts. */
export function finderIn(cloud: Cloud): Find {
  return async (begun) => {
    const { type } = begun;
    if (type === CONTAINER) return remove(cloud, begun);
    if (type === NETWORK || type === VOLUME || type === IMAGE) return byName(cloud, begun);
    if (!type.startsWith("gcp:")) return "absent";
    return byRule(begun) ?? byInputs(cloud, begun);
  };
}

function remove(cloud: Cloud, begun: Begun): Found {
  const found = byName(cloud, begun);
  if (typeof found === "object" && "id" in found) cloud.delete(begun.type, found.id);
  return "absent";
}

/** On a host, a name belongs to one of a kind. */
const byName = (cloud: Cloud, { type, inputs }: Begun): Found =>
  foundIn(cloud, (live) => live.type === type && live.inputs.name === inputs.name);

const byInputs = (cloud: Cloud, { type, inputs, known }: Begun): Found =>
  foundIn(cloud, (live) => live.type === type && !known.includes(live.id) && isOf(live.inputs, inputs));

function foundIn(cloud: Cloud, wanted: (live: Live) => boolean): Found {
  const found = cloud.live.findLast(wanted);
  return found ? { id: found.id } : "absent";
}

/** Whether a list would show them as the same; secrets are not in lists. */
function isOf(there: Properties, inputs: Properties): boolean {
  return Object.entries(inputs).every(
    ([key, value]) => key.startsWith("__") || isHidden(value) || equal(there[key], value),
  );
}

function isHidden(value: Value): boolean {
  if (Array.isArray(value)) return value.some(isHidden);
  if (!isMap(value)) return value === "[secret]";
  return isSecret(value) || Object.values(value).some(isHidden);
}

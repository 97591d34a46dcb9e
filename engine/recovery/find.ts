/** Looks for what a create has made whose answer never came. */
import { isChosen } from "../../rehearsal/google/identity.ts";
import { idOf, nameIn } from "../../rehearsal/google/ids.ts";
import type { Environment } from "../command.ts";
import { findInDocker } from "./docker.ts";
import { findInGoogle } from "./google.ts";
import type { Begun, Find, Found } from "./model.ts";

/** Package → how its things are found. */
const FINDERS: Readonly<Record<string, (env: Environment) => Find>> = {
  gcp: (env) => async (begun) => byRule(begun) ?? (await findInGoogle(begun, env)),
  docker: (env) => (begun) => findInDocker(begun, env),
  // What was pushed is found by its content: the same build gives the same image.
  "docker-build": () => async () => "absent",
  pulumi: () => async () => "absent",
};

export function finder(env: Environment): Find {
  return (begun) => {
    const find = FINDERS[begun.type.split(":")[0] ?? ""]?.(env);
    return find?.(begun) ?? Promise.resolve({ unknown: "how its ids are formed is not known" });
  };
}

/** The id that Google's provider forms of the inputs; undefined where Google chooses it. */
export function byRule({ type, name, inputs, provider }: Begun): Found | undefined {
  if (!type.startsWith("gcp:") || isChosen(type)) return undefined;
  const project = [inputs.project, provider.project].find((one) => typeof one === "string");
  if (project === undefined) return { unknown: "its project is not in the state" };
  return { id: idOf(type, nameIn(inputs) ?? name, inputs, { project, number: "" }) };
}

/** Sign-in on a Docker host: not offered yet.
 *
 * The kind `auth` asks for tokens that anybody can check by ISSUER, AUDIENCE and JWKS_URL alone. An issuer that runs
 * in a container of its own would answer it: an adapter takes the place of `auth` in stacks/docker.ts, and
 * `refuseAuth` goes.
 */
import type { Problem } from "../../src/config/problem.ts";
import type { Unsupported } from "../contracts/target.ts";

export const auth: Unsupported = {
  unsupported: "a Docker host has no issuer of sign-in tokens",
};

/** What the target says before anything is created. @param environment whose part of app.yaml may leave it out */
export function refuseAuth(name: string, environment: string): Problem[] {
  return [
    {
      path: ["data", name],
      what: auth.unsupported,
      remedy: `take it out for this target: environments.${environment}.data.${name}: null, and out of the uses of its services`,
    },
  ];
}

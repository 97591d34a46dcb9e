/** What a service gets that uses another: its address, and the right to call it.
 *
 * A service that no route leads to asks every caller for an identity token of Google's, made for `<NAME>_AUDIENCE`;
 * a service that a route leads to is called without one. Both are reached at their run.app address, from the app's
 * network alone. A caller in another region of the app gets the address in its own.
 */
import type { Service as RunService } from "@pulumi/gcp/cloudrunv2/service.js";
import { ServiceIamMember } from "@pulumi/gcp/cloudrunv2/serviceIamMember.js";
import type { ComponentResource, Input } from "@pulumi/pulumi";
import { prefixOf } from "../../../src/config/connections.ts";
import type { GcpGrant } from "../handles.ts";
import { nameOf } from "../names.ts";
import type { ContainerServiceArgs } from "./deployment.ts";

type Env = Readonly<Record<string, Input<string>>>;

/** A grant whose variables differ by the region of who gets it. */
export interface RegionalGrant extends GcpGrant {
  readonly regions: Readonly<Record<string, Env>>;
}

export interface Placed {
  readonly region: string;
  readonly service: RunService;
}

/** The grant's variables for an instance in `region`. */
export function envIn(grant: GcpGrant | RegionalGrant, region: string): Env {
  return "regions" in grant ? (grant.regions[region] ?? grant.env) : grant.env;
}

export function grantCalls(
  parent: ComponentResource,
  args: ContainerServiceArgs,
  placed: readonly [Placed, ...Placed[]],
  { consumer, open }: { readonly consumer: string; readonly open: boolean },
): RegionalGrant {
  const { app, name } = args;
  const caller = args.consumers[consumer];
  if (!caller) throw new Error(`${consumer} does not use ${name}.`);
  const members = open
    ? []
    : placed.map(
        ({ region, service }) =>
          new ServiceIamMember(
            `${nameOf(app, "run", name)}-${region}-${consumer}`,
            {
              name: service.name,
              location: region,
              role: "roles/run.invoker",
              member: caller.identity.principal,
            },
            { parent },
          ),
      );
  const regions = Object.fromEntries(
    placed.map(({ region, service }) => [region, addressOf(name, service, open)]),
  );
  return {
    env: addressOf(name, placed[0].service, open),
    regions,
    secrets: {},
    mounts: [],
    ready: members,
  };
}

function addressOf(name: string, { uri }: RunService, open: boolean): Env {
  const prefix = prefixOf(name);
  return {
    [`${prefix}URL`]: uri,
    [`${prefix}HOST`]: uri.apply((url) => new URL(url).host),
    [`${prefix}PORT`]: "443",
    ...(!open && { [`${prefix}AUDIENCE`]: uri }),
  };
}

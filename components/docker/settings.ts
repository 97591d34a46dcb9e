/** The stack config block `atelier:docker`: where and how on one Docker host. */
import { isAbsolute } from "node:path";
import ipaddr from "ipaddr.js";
import { z } from "zod";

const port = z.int().min(1).max(65535);

export const settings = z
  .strictObject({
    images: z
      .enum(["auto", "upstream", "debian"])
      .default("auto")
      .describe(
        "Where platform images come from: `upstream` pulls official images, `debian` builds them from Debian packages, `auto` takes upstream when a registry answers and stays with what a deployment already has.",
      ),
    subnets: z
      .string()
      .refine((text) => ipaddr.IPv4.isValidCIDR(text) && ipaddr.IPv4.parseCIDR(text)[1] <= 20, {
        error: "is not an IPv4 range of /20 or larger; write for instance 10.83.0.0/16",
      })
      .optional()
      .describe("IPv4 range that the networks are cut from. A free one is chosen when absent."),
    ports: z
      .strictObject({
        http: port.default(80).describe("Host port that redirects to HTTPS."),
        https: port.default(443).describe("Host port of the door."),
        address: z
          .union([z.ipv4(), z.ipv6()])
          .default("0.0.0.0")
          .describe("Host address that the door listens on."),
      })
      .prefault({})
      .describe("Where the door listens on the host."),
    publish: z
      .record(z.string(), port)
      .default({})
      .describe(
        "In development: host port per service or tool, on 127.0.0.1, in place of its own port. `api: 8081`.",
      ),
    selfSigned: z
      .boolean()
      .optional()
      .describe(
        "Allow a self-signed certificate. Allowed in the dev preset, refused elsewhere unless set; give edge.certificate instead.",
      ),
    state: z
      .string()
      .refine(isAbsolute, { error: "must be an absolute path" })
      .optional()
      .describe("Host folder for builds made outside of Docker. The user's cache folder when absent."),
    socketGroup: z
      .int()
      .nonnegative()
      .optional()
      .describe(
        "Number of the group that may speak to the engine's socket on its host. Without it, that of this machine's own socket, or 0 where the engine runs elsewhere; a plan looks at none and takes 0.",
      ),
    keepVolumes: z
      .boolean()
      .optional()
      .describe("Keep data volumes on destroy. True where the preset protects data, false in development."),
  })
  .describe("Settings of the docker target.");

export type Settings = z.output<typeof settings>;

/** Who gets which addresses: the lower half of the VPC's range is cut into one subnet per region, the upper half is
 * for the private addresses of managed services.
 *
 * A region's subnet is the n-th slot for the n-th region, so that a region added at the end moves no other. A subnet
 * that changes is made anew, and everything in it with it.
 */
import ipaddr from "ipaddr.js";
import type { GcpSettings } from "../settings.ts";

/** Regions that one VPC has room for. */
export const MOST_REGIONS = 8;
/** Services never need more than that, and a smaller range is refused by none of them. */
const LARGEST_FOR_SERVICES = 16;

export interface Plan {
  /** Region → CIDR. */
  readonly subnets: Readonly<Record<string, string>>;
  readonly services: Range;
}

export interface Range {
  readonly address: string;
  readonly prefix: number;
}

export function planAddresses({ cidr }: Pick<GcpSettings, "cidr">, regions: readonly string[]): Plan {
  const { start, prefix } = parse(cidr);
  const slot = prefix + 1 + Math.log2(MOST_REGIONS);
  const upper = start + 2 ** (32 - prefix - 1);
  return {
    subnets: Object.fromEntries(
      regions.map((region, index) => [region, format(start + index * 2 ** (32 - slot), slot)]),
    ),
    services: { address: dotted(upper), prefix: Math.max(prefix + 1, LARGEST_FOR_SERVICES) },
  };
}

export const textOf = ({ address, prefix }: Range): string => `${address}/${prefix}`;

/** The range as Google wants it written: with nothing but zeros behind the prefix. */
export function normal(cidr: string): string {
  const { start, prefix } = parse(cidr);
  return format(start, prefix);
}

/** Whether two ranges share an address. */
export function overlaps(one: string, other: string): boolean {
  const [a, b] = [parse(one), parse(other)];
  return a.start < b.start + 2 ** (32 - b.prefix) && b.start < a.start + 2 ** (32 - a.prefix);
}

export function contains(outer: string, inner: string): boolean {
  return overlaps(outer, inner) && parse(outer).prefix <= parse(inner).prefix;
}

function parse(cidr: string): { readonly start: number; readonly prefix: number } {
  const [, prefix] = ipaddr.IPv4.parseCIDR(cidr);
  const start = ipaddr.IPv4.networkAddressFromCIDR(cidr)
    .toByteArray()
    .reduce((sum, byte) => sum * 256 + byte, 0);
  return { start, prefix };
}

const format = (start: number, prefix: number) => `${dotted(start)}/${prefix}`;

const dotted = (start: number) =>
  new ipaddr.IPv4([24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256)).toString();

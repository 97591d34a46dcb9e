/** Cuts the subnets of a deployment's networks out of one range, without touching what others use.
 *
 * A network keeps its subnet for as long as it exists, because a changed subnet replaces the network and every
 * container on it. A new network starts at a slot that follows from its name, so that the answer is the same on
 * every host that has room.
 */
import { createHash } from "node:crypto";
import ipaddr from "ipaddr.js";

/** Addresses per network: /27 leaves 29 for containers. */
const PREFIX = 27;
const SIZE = 2 ** (32 - PREFIX);
/** Looked through in this order when no range is configured; away from Docker's own and common office ranges. */
const CANDIDATES = ["10.83.0.0/16", "10.147.0.0/16", "10.211.0.0/16", "172.29.0.0/16", "192.168.208.0/20"];

export interface SubnetRequest {
  readonly names: readonly string[];
  /** The configured range; a free candidate otherwise. */
  readonly range?: string;
  /** Name → subnet of networks that exist already. */
  readonly kept: Readonly<Record<string, string>>;
  /** Ranges in use by others. */
  readonly taken: readonly string[];
}

/** Name → CIDR. Throws a RangeError when there is no room. */
export function assignSubnets({ names, range, kept, taken }: SubnetRequest): Record<string, string> {
  const pool = parse(range ?? freeRange(taken, Object.values(kept)));
  const used = [...taken, ...Object.values(kept)].map(parse);
  const assigned: Record<string, string> = {};
  for (const name of [...names].sort()) {
    const own = kept[name];
    const block = own ? parse(own) : firstFree(pool, used, name);
    if (!own) used.push(block);
    assigned[name] = format(block);
  }
  return assigned;
}

/** Whether a range touches one of others. */
export function overlaps(range: string, others: readonly string[]): boolean {
  const block = parse(range);
  return others.some((other) => touch(block, parse(other)));
}

/** A candidate range that nobody uses; one that this deployment already uses stays. */
export function freeRange(taken: readonly string[], kept: readonly string[]): string {
  const current = CANDIDATES.find((candidate) => kept.some((subnet) => overlaps(subnet, [candidate])));
  const free = current ?? CANDIDATES.find((candidate) => !overlaps(candidate, taken));
  if (!free) throw new RangeError(`every candidate range is in use on this host: ${CANDIDATES.join(", ")}`);
  return free;
}

interface Block {
  readonly start: number;
  readonly size: number;
}

function parse(cidr: string): Block {
  const [address, prefix] = ipaddr.IPv4.parseCIDR(cidr);
  const size = 2 ** (32 - prefix);
  const start = address.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0);
  return { start: start - (start % size), size };
}

function format({ start, size }: Block): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
  return `${octets.join(".")}/${32 - Math.log2(size)}`;
}

function touch(a: Block, b: Block): boolean {
  return a.start < b.start + b.size && b.start < a.start + a.size;
}

function firstFree(pool: Block, used: readonly Block[], name: string): Block {
  const slots = pool.size / SIZE;
  const preferred = createHash("sha256").update(name).digest().readUInt32BE() % slots;
  for (let step = 0; step < slots; step++) {
    const block = { start: pool.start + ((preferred + step) % slots) * SIZE, size: SIZE };
    if (!used.some((other) => touch(block, other))) return block;
  }
  throw new RangeError(`no free /${PREFIX} is left in ${format(pool)}`);
}

/** Names that follow somebody else's rules: hosts, origins, networks, images, schedules. Each is checked once. */
import { CronExpressionParser } from "cron-parser";
import ipaddr from "ipaddr.js";
import type { Image } from "./model.ts";
import { show, Unreadable } from "./unreadable.ts";

const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/** A host name by RFC 1123: `flashfit.example`, `localhost`. */
export function parseHost(written: string): string {
  const allowed = "lower-case labels of letters, digits and hyphens, joined by dots";
  const remedy = "write api.example.com for instance";
  const refuse = (why: string, fix = remedy) =>
    new Unreadable(`${show(written)} ${why}`, { allowed, remedy: fix });
  if (isHost(written)) return written;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(written)) {
    const host = written.replace(/^[^:]*:\/\//, "").split(/[/:?#]/)[0] ?? "";
    throw refuse("is a URL, not a host name", host ? `write ${host.toLowerCase()}` : remedy);
  }
  if (ipaddr.isValid(written) || ipaddr.isValidCIDR(written)) throw refuse("is an address, not a host name");
  if (written !== written.toLowerCase() && isHost(written.toLowerCase())) {
    throw refuse("is not in lower case", `write ${written.toLowerCase()}`);
  }
  throw refuse("is not a host name");
}

const isHost = (text: string) =>
  text.length <= 253 && !/^[\d.]+$/.test(text) && text.split(".").every((label) => LABEL.test(label));

/** A host that a service may call: a host name, with `:port` when that is not 443. */
export function parseEgress(written: string): string {
  const [, host = written, port] = /^(.*?)(?::(\d{1,6}))?$/s.exec(written) ?? [];
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) {
    throw new Unreadable(`${show(written)} has no valid port`, {
      allowed: "1–65535",
      remedy: `write ${host}:443`,
    });
  }
  parseHost(host);
  return written;
}

/** What a browser sends as Origin: `https://shop.example`, with a port when it is not the scheme's own; or `*`. */
export function parseOrigin(written: string): string {
  const allowed = "https://host, http://host, with :port when it is not the usual one, or *";
  const refuse = (remedy: string) => new Unreadable(`${show(written)} is not an origin`, { allowed, remedy });
  if (written === "*") return written;
  const [, scheme, host, port, rest] = /^(https?):\/\/([^/:?#]+)(?::(\d{1,5}))?(.*)$/s.exec(written) ?? [];
  if (!scheme || !host) throw refuse("write https://shop.example for instance");
  if (rest) throw refuse(`write ${scheme}://${host}${port ? `:${port}` : ""}`);
  if (!ipaddr.isValid(host)) parseHost(host);
  return written;
}

/** A range of addresses. */
export interface Cidr {
  readonly text: string;
  readonly family: 4 | 6;
  readonly prefix: number;
}

/** `10.83.0.0/16`, `fd00::/48`. The address must be the first of its range. */
export function parseCidr(written: string): Cidr {
  const allowed = "an address range such as 10.83.0.0/16";
  const [address, prefix, more] = written.split("/");
  const four = ipaddr.IPv4.isValidFourPartDecimal(address ?? "");
  const six = !four && ipaddr.IPv6.isValid(address ?? "") && !address?.includes("%");
  if (!address || !(four || six)) {
    throw new Unreadable(`${show(written)} is not an address range`, {
      allowed,
      remedy: "write 10.83.0.0/16 for instance",
    });
  }
  const longest = four ? 32 : 128;
  if (prefix === undefined) {
    throw new Unreadable(`${show(written)} is a single address`, {
      allowed,
      remedy: `write ${address}/${longest}`,
    });
  }
  const bits = Number(prefix);
  if (more !== undefined || !/^\d{1,3}$/.test(prefix) || bits > longest) {
    throw new Unreadable(`${show(written)} has no valid prefix length`, {
      allowed: `0–${longest}`,
      remedy: `write ${address}/${four ? 24 : 64} for instance`,
    });
  }
  const range = four
    ? ipaddr.IPv4.networkAddressFromCIDR(written)
    : ipaddr.IPv6.networkAddressFromCIDR(written);
  const first = ipaddr.parse(address).toNormalizedString() === range.toNormalizedString();
  if (!first) {
    throw new Unreadable(`${show(written)} does not start at the first address of its range`, {
      allowed,
      remedy: `write ${range.toString()}/${bits}`,
    });
  }
  return { text: written, family: four ? 4 : 6, prefix: bits };
}

const PART = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;

/** `postgres:16`, `ghcr.io/acme/api@sha256:…`. `latest` and no tag at all are refused: nobody can tell what runs. */
export function parseImage(written: string): Image {
  const allowed = "[registry/]repository:tag or [registry/]repository@sha256:<64 hex digits>";
  const refuse = (why: string, remedy: string) =>
    new Unreadable(`${show(written)} ${why}`, { allowed, remedy });
  const [name = "", digest, extra] = written.split("@");
  const [, path = "", tag] = /^(.*?)(?::([^:/]*))?$/s.exec(name) ?? [];
  const segments = path.split("/");
  const first = segments[0] ?? "";
  const hasRegistry = segments.length > 1 && /[.:]|^localhost$/.test(first);
  const repository = segments.slice(hasRegistry ? 1 : 0);
  if (path !== path.toLowerCase())
    throw refuse("is not in lower case", `write ${show(written.replace(path, path.toLowerCase()))}`);
  if (written.length > 500 || repository.length === 0 || !repository.every((part) => PART.test(part))) {
    throw refuse("is not an image reference", "write ghcr.io/acme/api:1.4.2 for instance");
  }
  if (hasRegistry) parseEgress(first);
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag)) {
    throw refuse("has no valid tag", `write ${show(path)}:1.4.2 for instance`);
  }
  if (extra !== undefined || (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest))) {
    throw refuse("has no valid digest", "write @sha256: and 64 hex digits, or a tag");
  }
  if (digest === undefined && (tag === undefined || tag === "latest")) {
    throw refuse("does not say which version", `add a tag or a digest: ${show(path)}:1.4.2`);
  }
  return {
    type: "image",
    reference: written,
    repository: repository.join("/"),
    ...(hasRegistry && { registry: first }),
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}

/** A cron expression of five fields: minute, hour, day of month, month, day of week. */
export function parseCron(written: string): string {
  const allowed = "five fields: minute hour day-of-month month day-of-week";
  const fields = written.trim().split(/\s+/);
  const refuse = (why: string) =>
    new Unreadable(`${show(written)} ${why}`, {
      allowed,
      remedy: "write 0 3 * * * for every night at three",
    });
  if (fields.length !== 5) throw refuse(`has ${fields.length} ${fields.length === 1 ? "field" : "fields"}`);
  if (!fields.every((field) => /^(?:[\d*/,-]|[A-Za-z]{3}){1,60}$/.test(field)))
    throw refuse("is not a cron expression");
  const large = fields.findIndex((field, index) => stepOf(field) > (LARGEST[index] ?? 0));
  if (large >= 0) throw refuse(`has a step that is larger than its field's ${LARGEST[large]}`);
  const reason = reasonOf(() => CronExpressionParser.parse(fields.join(" "), { tz: "UTC" }));
  if (reason !== undefined) throw refuse(`is not a cron expression${reason}`);
  return fields.join(" ");
}

/** Largest value of each field. */
const LARGEST = [59, 23, 31, 12, 7];
const stepOf = (field: string) =>
  Math.max(0, ...[...field.matchAll(/\/(\d+)/g)].map(([, step]) => Number(step)));

/** What the cron library says, as the end of a sentence. */
function reasonOf(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message.split("\n")[0] : "";
    return message ? ` (${message})` : "";
  }
}

/** An IANA time zone: `Europe/Berlin`, `UTC`. */
export function parseTimeZone(written: string): string {
  if (written === "UTC") return written;
  try {
    if (!/^[+-]/.test(written)) return new Intl.DateTimeFormat("en", { timeZone: written }) && written;
  } catch {
    // Answered below.
  }
  throw new Unreadable(`${show(written)} is not a time zone`, {
    allowed: "an IANA name such as Europe/Berlin or UTC",
    remedy: "write UTC for instance",
  });
}

/** Waivers: which finding each one covers, and what is to be said of those that ended or cover nothing. */
import type { Waiver } from "./config.ts";
import type { Finding } from "./finding.ts";

/** What is found in the waivers themselves. */
export const WAIVER_NOTICES = {
  expired: {
    name: "waiver-expired",
    severity: "medium",
    description: "Waivers have not ended",
    remedy: "correct what it covered and remove it, or give it a later day and say why",
  },
  unused: {
    name: "waiver-unused",
    severity: "low",
    description: "Waivers cover something",
    remedy: "remove it, or correct its rule and resource",
  },
} as const satisfies Record<
  string,
  Pick<Finding, "severity" | "remedy"> & { name: string; description: string }
>;

export class Waivers {
  readonly #waivers: readonly Waiver[];
  readonly #today: string;
  readonly #used = new Set<Waiver>();

  /** @param today `2026-11-21` */
  constructor(waivers: readonly Waiver[], today: string) {
    this.#waivers = waivers;
    this.#today = today;
  }

  /** The finding, with the waiver that covers it. One that a waiver covered until lately says so. */
  apply(finding: Finding): Finding {
    const own = this.#waivers.filter((waiver) => covers(waiver, finding));
    for (const waiver of own) this.#used.add(waiver);
    const waiver = own.find((one) => !this.#ended(one));
    if (waiver) return { ...finding, waiver };
    const [ended] = own;
    return ended
      ? { ...finding, message: `${finding.message} (its waiver ended on ${ended.until})` }
      : finding;
  }

  /** To be asked when everything was judged. */
  notices(): Finding[] {
    return this.#waivers.flatMap((waiver): Finding[] => {
      const said = `the waiver of ${waiver.rule} for ${waiver.resource}`;
      if (this.#ended(waiver))
        return [notice("expired", waiver, `${said} ended on ${waiver.until} (${waiver.reason})`)];
      return this.#used.has(waiver) ? [] : [notice("unused", waiver, `${said} covers nothing`)];
    });
  }

  #ended({ until }: Waiver): boolean {
    return until < this.#today;
  }
}

function notice(kind: keyof typeof WAIVER_NOTICES, { resource }: Waiver, message: string): Finding {
  const { name, severity, remedy } = WAIVER_NOTICES[kind];
  return { rule: name, severity, level: "advisory", urn: "", resource, type: "", message, remedy, ids: [] };
}

const covers = (waiver: Waiver, { rule, resource, urn }: Finding): boolean =>
  waiver.rule === rule && [resource, urn].some((name) => matches(waiver.resource, name));

const matches = (pattern: string, name: string): boolean =>
  new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`).test(name);

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

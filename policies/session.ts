/** One run of the engine, as the pack sees it: told the stack's config first, then asked about each resource, and at the
 * end about all of them.
 */
import {
  type Asked,
  askedRules,
  NO_POLICIES_CONFIG,
  type PoliciesConfig,
  parsePolicies,
  type RuleConfig,
} from "./config.ts";
import { judgeResource, judgeStack, type ReadFile } from "./evaluate.ts";
import type { Finding } from "./finding.ts";
import type { LinkedResource, Resource } from "./rule.ts";
import { Waivers } from "./waivers.ts";

export class Session {
  readonly #today: string;
  readonly #read: ReadFile;
  #config: PoliciesConfig = NO_POLICIES_CONFIG;
  #environment = "";
  #given: Readonly<Record<string, RuleConfig>> = {};
  #asked: readonly Asked[] | undefined;
  #waivers: Waivers;

  /** @param today `2026-11-21` */
  constructor(today: string, read: ReadFile) {
    this.#today = today;
    this.#read = read;
    this.#waivers = new Waivers([], today);
  }

  /** @param config of the stack, keys with their namespace, objects as JSON
   * @throws ConfigError with everything that is wrong in `atelier:policies`
   */
  configureStack(stack: string, config: Readonly<Record<string, string>>): void {
    this.#config = parsePolicies(decoded(config["atelier:policies"]));
    this.#waivers = new Waivers(this.#config.waivers, this.#today);
    // A program of one's own, with single components, says no environment; its stack's name mostly does.
    const usual = config["atelier:target"] === undefined ? stack : "dev";
    this.#environment = config["atelier:environment"] ?? usual;
    this.#asked = undefined;
  }

  /** Settings from `--policy-pack-config`, by rule. The stack's config goes before them. */
  configure(given: Readonly<Record<string, RuleConfig>>): void {
    this.#given = given;
    this.#asked = undefined;
  }

  /** What is wrong with a resource, but for what is waived. */
  analyze(resource: Resource): Finding[] {
    return this.#open(judgeResource(this.#rules(), resource, this.#read));
  }

  /** What is wrong with all of them together, and with the waivers. Comes last. */
  analyzeStack(resources: readonly LinkedResource[]): Finding[] {
    return [...this.#open(judgeStack(this.#rules(), resources)), ...this.#waivers.notices()];
  }

  #rules(): readonly Asked[] {
    this.#asked ??= askedRules(this.#config, this.#environment, this.#given);
    return this.#asked;
  }

  #open(findings: readonly Finding[]): Finding[] {
    return findings
      .map((finding) => this.#waivers.apply(finding))
      .filter(({ waiver }) => waiver === undefined);
  }
}

function decoded(value: string | undefined): unknown {
  if (value === undefined) return undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

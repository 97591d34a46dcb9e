/** `atelier:policies` of the stack's config: what rules ask for here, and what is waived, why and until when.
 *
 * ```yaml
 * atelier:policies:
 *   rules:
 *     gcp-sql-version: { postgres: 15 }
 *     gcp-run-image-digest: { enforcementLevel: mandatory }
 *   waivers:
 *     - rule: docker-root
 *       resource: shop-prod-legacy-*
 *       reason: the vendor's image needs root until version 4
 *       until: 2027-01-31
 * ```
 */
import { z } from "zod";
import { ConfigError, type Problem } from "../src/config/problem.ts";
import { readSettings } from "../src/config/stack.ts";
import { type Context, type Rule, SEVERITIES, type Severity } from "./rule.ts";
import { RULES } from "./rules.ts";

/** `mandatory` stops a preview and an update, `advisory` is said and no more, `disabled` is not asked. */
export const LEVELS = ["advisory", "mandatory", "disabled"] as const;
export type Level = (typeof LEVELS)[number];

export interface Waiver {
  readonly rule: string;
  /** Logical name or urn of the resource, or the Dockerfile or workflow; `*` stands for any text. */
  readonly resource: string;
  readonly reason: string;
  /** The last day on which it holds, `2027-01-31`. */
  readonly until: string;
}

export interface PoliciesConfig {
  /** Whether rules for production are asked. Without it, the environment's name decides: prod or production. */
  readonly production?: boolean;
  /** Settings of rules, complete with defaults, and the level where it is given. */
  readonly rules: Readonly<Record<string, RuleConfig>>;
  readonly waivers: readonly Waiver[];
}

export interface RuleConfig {
  readonly enforcementLevel?: Level | undefined;
  readonly [setting: string]: unknown;
}

export const NO_POLICIES_CONFIG: PoliciesConfig = { rules: {}, waivers: [] };

/** How the block is called in messages. */
const BLOCK = "atelier:policies";

/** Reads the block; undefined is an empty one.
 * @throws ConfigError with all problems at once
 */
export function parsePolicies(written: unknown, rules: readonly Rule[] = RULES): PoliciesConfig {
  const { production, rules: given, waivers } = readBlock(written ?? {}, rules);
  const ofRules = Object.entries(given).flatMap(([name, config]): [string, RuleConfig][] =>
    config === undefined ? [] : [[name, config]],
  );
  return { rules: Object.fromEntries(ofRules), waivers, ...(production !== undefined && { production }) };
}

function readBlock(written: unknown, rules: readonly Rule[]) {
  try {
    return readSettings(schemaOf(rules), written, BLOCK);
  } catch (error) {
    throw error instanceof ConfigError ? new ConfigError(error.problems.map(shortened)) : error;
  }
}

/** Nobody reads the names of all rules in a message. */
function shortened({ allowed, ...problem }: Problem): Problem {
  if (allowed === undefined || allowed.length < 500)
    return { ...problem, ...(allowed !== undefined && { allowed }) };
  return problem.remedy.startsWith("did you mean")
    ? problem
    : { ...problem, remedy: "take a name that npx atelier policies prints" };
}

/** The engine reads a day in YAML as a point in time, and says it as Go does. */
const DAY = /^\d{4}-\d{2}-\d{2}([ T]00:00:00( \+0000 UTC|Z))?$/;

function schemaOf(rules: readonly Rule[]) {
  const names = rules.map(({ name }) => name);
  const enforcementLevel = z.enum(LEVELS).optional();
  const ofRules = Object.fromEntries(
    rules.map(({ name, settings }) => [name, settings.extend({ enforcementLevel }).optional()]),
  );
  return z.strictObject({
    production: z.boolean().optional(),
    rules: z.strictObject(ofRules).default({}),
    waivers: z
      .array(
        z.strictObject({
          rule: z.enum(names),
          resource: z.string().regex(/\S/, "is empty such as shop-prod-legacy-*"),
          reason: z
            .string()
            .regex(/\S.{8,}\S/, "is no reason such as the vendor's image needs root until version 4"),
          until: z
            .string()
            .refine(isDay, "is not a day of the calendar; write one such as 2027-01-31")
            .transform((day) => day.slice(0, 10)),
        }),
      )
      .default([]),
  });
}

function isDay(written: string): boolean {
  const day = written.slice(0, 10);
  const date = new Date(`${day}T00:00:00Z`);
  return DAY.test(written) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

/** Whether rules for production are asked. */
export const isProduction = ({ production }: PoliciesConfig, environment: string): boolean =>
  production ?? /^prod(uction)?$/.test(environment);

/** Severe ones stop a deployment unless the config says otherwise. */
export const usualLevel = (severity: Severity): Level =>
  SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf("high") ? "mandatory" : "advisory";

/** A rule as it is asked in one stack. */
export interface Asked {
  readonly rule: Rule;
  readonly level: Exclude<Level, "disabled">;
  readonly context: Context;
}

/** The rules that are asked.
 * @param given settings from elsewhere, by rule; the stack's config wins
 */
export function askedRules(
  config: PoliciesConfig,
  environment: string,
  given: Readonly<Record<string, RuleConfig>> = {},
  rules: readonly Rule[] = RULES,
): Asked[] {
  const production = isProduction(config, environment);
  return rules.flatMap((rule): Asked[] => {
    const { enforcementLevel, ...settings } = config.rules[rule.name] ?? given[rule.name] ?? {};
    const level = enforcementLevel ?? given[rule.name]?.enforcementLevel ?? usualLevel(rule.severity);
    if (level === "disabled" || (rule.productionOnly && !production)) return [];
    return [{ rule, level, context: { production, settings: rule.settings.parse(settings) } }];
  });
}

/** What rules are asked of in tests: one good resource of each type, and what breaks one rule in it. */
import { askedRules, NO_POLICIES_CONFIG, type PoliciesConfig } from "../../policies/config.ts";
import { judgeResource, judgeStack, type ReadFile } from "../../policies/evaluate.ts";
import type { Finding } from "../../policies/finding.ts";
import type { LinkedResource } from "../../policies/rule.ts";
import type { Properties, Value } from "../../policies/values.ts";

/** A resource in short; its urn follows from type and name. */
export interface Fixture {
  readonly type: string;
  /** The last word of its type without it. */
  readonly name?: string;
  readonly inputs?: Properties;
  readonly protect?: boolean;
  /** Names of fixtures that it waits for. */
  readonly after?: readonly string[];
}

export const urnOf = (type: string, name: string): string => `urn:pulumi:prod::shop::${type}::${name}`;

const nameOf = ({ type, name = type.split(":").at(-1) ?? type }: Fixture): string => name;

export function resourcesOf(fixtures: readonly Fixture[]): LinkedResource[] {
  const urns = new Map(fixtures.map((one) => [nameOf(one), urnOf(one.type, nameOf(one))]));
  return fixtures.map((one) => ({
    urn: urnOf(one.type, nameOf(one)),
    type: one.type,
    name: nameOf(one),
    inputs: one.inputs ?? {},
    protect: one.protect ?? true,
    dependencies: (one.after ?? []).map((other) => urns.get(other) ?? `no fixture is called ${other}`),
  }));
}

/** What all rules find, as in production. */
export function findIn(
  fixtures: readonly Fixture[],
  config: PoliciesConfig = NO_POLICIES_CONFIG,
  read: ReadFile = () => undefined,
): Finding[] {
  const asked = askedRules(config, "prod");
  const resources = resourcesOf(fixtures);
  return [
    ...resources.flatMap((resource) => judgeResource(asked, resource, read)),
    ...judgeStack(asked, resources),
  ];
}

export const rulesIn = (findings: readonly Finding[]): string[] =>
  [...new Set(findings.map(({ rule }) => rule))].sort();

/** The same inputs with other values at `a.b.0.c`; undefined takes the key away. */
export function changed(
  inputs: Properties,
  changes: Readonly<Record<string, Value | undefined>>,
): Properties {
  const copy = structuredClone(inputs) as Properties;
  for (const [path, value] of Object.entries(changes)) put(copy, path.split("."), value);
  return copy;
}

function put(node: unknown, [key = "", ...below]: readonly string[], value: Value | undefined): void {
  const holder = node as Record<string, unknown>;
  if (below.length > 0) {
    holder[key] ??= {};
    put(holder[key], below, value);
  } else if (value === undefined) delete holder[key];
  else holder[key] = value;
}

/** What breaks one rule in a stack that breaks none. */
export interface Break {
  readonly rule: string;
  /** Type of the resource that is changed. */
  readonly type?: string;
  readonly change?: Readonly<Record<string, Value | undefined>>;
  /** The option protect, where the rule asks for it. */
  readonly protect?: false;
  /** Types of resources that are taken away. */
  readonly without?: readonly string[];
  readonly add?: Fixture;
  /** Settings of the rule. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** One of the things that are said. */
  readonly says: string;
}

export function broken(
  good: readonly Fixture[],
  { type, change = {}, protect, without = [], add }: Break,
): Fixture[] {
  const kept = good
    .filter((one) => !without.includes(one.type))
    .map((one) =>
      one.type === type
        ? { ...one, inputs: changed(one.inputs ?? {}, change), protect: protect ?? one.protect ?? true }
        : one,
    );
  return add ? [...kept, add] : kept;
}

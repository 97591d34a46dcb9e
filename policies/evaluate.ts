/** Asks rules. The one place that does, for the engine and for plans. */
import type { Asked } from "./config.ts";
import { buildOf } from "./dockerfile/builds.ts";
import { parseDockerfile } from "./dockerfile/parse.ts";
import { type Finding, findingOf, type Place } from "./finding.ts";
import { concerns, type LinkedResource, type Resource } from "./rule.ts";

/** Text of a file; undefined when it is not there. */
export type ReadFile = (path: string) => string | undefined;

const placeOf = ({ urn, name, type }: Resource): Place => ({ urn, resource: name, type });

/** Rules that look at one resource, and those of the Dockerfile that it is built from. */
export function judgeResource(asked: readonly Asked[], resource: Resource, read: ReadFile): Finding[] {
  const place = placeOf(resource);
  const own = askedOf(asked, resource.type).flatMap((one) => {
    const { rule, context } = one;
    if (rule.subject !== "resource") return [];
    return rule.judge(resource, context).map((message) => findingOf(one, place, message));
  });
  return [...own, ...judgeBuild(asked, resource, read)];
}

/** Rules for resources of a type. A deployment has hundreds of resources of a few dozen types. */
const byType = new WeakMap<readonly Asked[], Map<string, readonly Asked[]>>();

function askedOf(asked: readonly Asked[], type: string): readonly Asked[] {
  const known = byType.get(asked) ?? new Map<string, readonly Asked[]>();
  byType.set(asked, known);
  const found =
    known.get(type) ?? asked.filter(({ rule }) => rule.subject === "resource" && concerns(rule.types, type));
  known.set(type, found);
  return found;
}

/** Rules that look at all resources. */
export function judgeStack(asked: readonly Asked[], resources: readonly LinkedResource[]): Finding[] {
  return asked.flatMap((one) => {
    const { rule, context } = one;
    if (rule.subject !== "stack") return [];
    const concerned = resources.filter(({ type }) => concerns(rule.types, type));
    return rule
      .judge(concerned, context)
      .map(({ resource, message }) => findingOf(one, placeOf(resource), message));
  });
}

function judgeBuild(asked: readonly Asked[], resource: Resource, read: ReadFile): Finding[] {
  const build = buildOf(resource);
  const content = build?.inline ?? (build?.path && read(build.path));
  if (!build || content === undefined) return [];
  return judgeDockerfile(asked, build.called, content, placeOf(resource));
}

/** Rules for Dockerfiles. Without a resource that builds it, the file itself is what a waiver names. */
export function judgeDockerfile(
  asked: readonly Asked[],
  file: string,
  content: string,
  place: Place = { urn: "", resource: file, type: "" },
): Finding[] {
  const parsed = parseDockerfile(file, content);
  return asked.flatMap((one) =>
    one.rule.subject === "dockerfile"
      ? one.rule.judge(parsed, one.context).map((message) => findingOf(one, place, `${file} ${message}`))
      : [],
  );
}

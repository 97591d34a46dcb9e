/** What services, jobs and worker pools of Cloud Run have in common: a template with containers. */
import type { Resource } from "../rule.ts";
import { at, maps, type Properties, text } from "../values.ts";

export const SERVICE = "gcp:cloudrunv2/service:Service";
export const JOB = "gcp:cloudrunv2/job:Job";
export const POOL = "gcp:cloudrunv2/workerPool:WorkerPool";
export const ALL = [SERVICE, JOB, POOL];

/** What an instance runs: jobs wrap it once more. */
export const templateOf = ({ type, inputs }: Resource): Properties => {
  const template = at(inputs, type === JOB ? "template.template" : "template");
  return template !== null && typeof template === "object" && !Array.isArray(template)
    ? (template as Properties)
    : {};
};

export const containersOf = (resource: Resource) =>
  maps(templateOf(resource).containers).map((container, index) => ({
    container,
    called: text(container.name) || `containers[${index}]`,
  }));

/** The container that is asked: it names a port, or is the only one. */
export const askedOf = (resource: Resource) => {
  const all = containersOf(resource);
  return all.filter(({ container }) => container.ports !== undefined || all.length === 1);
};

/** No tag, or one that everybody moves. */
export const floating = (image: string): boolean =>
  image !== "" &&
  !image.includes("@") &&
  /^[^:]+(:\d+\/[^:]*)?$|:(latest|main|master|stable|edge|nightly)$/.test(image);

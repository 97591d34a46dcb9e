/** One writer per index: what holds wherever the files of an index lie. */
import type { App } from "../config/model.ts";
import type { Problem } from "../config/problem.ts";

/** Writers that run all the time, when there are two or more: their indexes would overwrite each other. */
export function refuseWriters(name: string, app: Pick<App, "services">): Problem[] {
  const writers = Object.entries(app.services).flatMap(([service, { kind, uses, scale }]) =>
    uses[name] === "write" && kind !== "job" && kind !== "cron" ? [{ service, instances: scale.min }] : [],
  );
  const scaled = writers.filter(({ instances }) => instances > 1);
  return [
    ...(writers.length > 1
      ? [
          {
            path: ["data", name],
            what: `${writers.map(({ service }) => service).join(" and ")} run all the time and write to it, and an index has one writer`,
            remedy: "leave one with write and give the others read; jobs and cron entries may write in turn",
          },
        ]
      : []),
    ...scaled.map(({ service, instances }) => ({
      path: ["services", service, "scale", "min"],
      what: `${instances} instances would write to ${name} at a time, and an index has one writer`,
      allowed: "1",
      remedy: `set scale.min: 1, or give ${service} read and let a job write`,
    })),
  ];
}

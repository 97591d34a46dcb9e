/** Which static services are served from a bucket, and what that takes. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { isPlainFolder } from "../../../src/app/static.ts";
import type { Service } from "../../../src/config/model.ts";
import type { Problem } from "../../../src/config/problem.ts";

export { isPlainFolder };

export function refuseStatic(name: string, spec: Service): Problem[] {
  const path = ["services", name];
  const { source, fallback, env } = spec;
  if (source.type !== "build") {
    return [{ path, what: "has no folder", remedy: "add build: ./dist" }];
  }
  if (!isPlainFolder(spec)) {
    return [
      {
        path: [...path, "build"],
        what: `${source.context} has a ${source.dockerfile}, and the files of a static service are taken from the folder as they lie there`,
        allowed: "a folder with index.html",
        remedy: `build the files before and write build: ./dist for instance, or make ${name} a web service`,
      },
    ];
  }
  const missing = (file: string) => !existsSync(join(source.context, file));
  return [
    ...(!existsSync(source.context) || !statSync(source.context).isDirectory()
      ? [
          {
            path: [...path, "build"],
            what: `${source.context} is not a folder`,
            remedy: "build the files before, or correct the path",
          },
        ]
      : [
          ...(missing("index.html")
            ? [
                {
                  path: [...path, "build"],
                  what: `${source.context} has no index.html`,
                  remedy: "build the files before, or name the folder that they are in",
                },
              ]
            : []),
          ...(fallback !== undefined && missing(fallback)
            ? [
                {
                  path: [...path, "fallback"],
                  what: `${fallback} is not in ${source.context}`,
                  remedy: "write fallback: /index.html for instance",
                },
              ]
            : []),
        ]),
    ...(Object.keys(env).length > 0
      ? [
          {
            path: [...path, "env"],
            what: "files know no environment variables",
            remedy: "put the values into the files when they are built, and remove env",
          },
        ]
      : []),
  ];
}

export function differencesOfStatic(name: string): string[] {
  return [
    `services.${name}: Cloud Storage serves the files; port, cpu, memory, scale, health, timeout, stopGrace and rollout are not used, and each file is replaced at once`,
  ];
}

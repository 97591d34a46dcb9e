/** Where images come from, and whether every image of the app can be had from there. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isPlainFolder } from "../../../src/app/static.ts";
import type { App, Build } from "../../../src/config/model.ts";
import type { Problem } from "../../../src/config/problem.ts";
import type { ImageSource } from "../images.ts";
import type { Settings } from "../settings.ts";
import type { EngineFacts } from "./engine.ts";

/** What an image may be found in. */
type HasImages = Pick<EngineFacts, "references">;

const REGISTRY = "https://registry-1.docker.io/v2/";
const PATIENCE = 4000;

/** The configured source; else the one that the deployment was made with, so that a flaky registry never
 * exchanges a running database; else upstream when a registry answers.
 */
export async function chooseSource(settings: Settings, engine: EngineFacts): Promise<ImageSource> {
  if (settings.images !== "auto") return settings.images;
  return engine.images ?? ((await registryAnswers()) ? "upstream" : "debian");
}

/** Docker Hub says 401 to strangers; any answer will do. */
async function registryAnswers(): Promise<boolean> {
  return fetch(REGISTRY, { signal: AbortSignal.timeout(PATIENCE) }).then(
    ({ status }) => status === 200 || status === 401,
    () => false,
  );
}

/** Build folders, Dockerfiles and base images that are missing. */
export function checkImages(app: App, source: ImageSource, engine: HasImages): Problem[] {
  return Object.entries(app.services).flatMap(([name, service]) => {
    const { source: origin } = service;
    const path = ["services", name, origin.type];
    // Plain files need no Dockerfile: they are put into the platform's own web server.
    if (existsSync(contextOf(origin)) && isPlainFolder(service)) return [];
    if (origin.type === "build") return checkBuild(path, origin, source, engine);
    if (source === "upstream" || isLocal(origin.reference, engine)) return [];
    return [cannotPull(path, origin.reference, "build the service here instead (build: ./folder)")];
  });
}

const contextOf = (origin: App["services"][string]["source"]) =>
  origin.type === "build" ? origin.context : "";

function checkBuild(path: string[], build: Build, source: ImageSource, engine: HasImages): Problem[] {
  if (!existsSync(build.context)) {
    return [{ path, what: `there is no folder ${build.context}`, remedy: "create it or correct the path" }];
  }
  const file = join(build.context, build.dockerfile);
  if (!existsSync(file)) {
    return [
      { path, what: `there is no ${file}`, remedy: "write it, or name another file in build.dockerfile" },
    ];
  }
  if (source === "upstream") return [];
  return baseImages(readFileSync(file, "utf8"), build.args)
    .filter((reference) => !isLocal(reference, engine))
    .map((reference) =>
      cannotPull(
        path,
        reference,
        "start the Dockerfile with `ARG BASE=debian:bookworm-slim` and `FROM ${BASE}`, which is replaced by an image made here",
      ),
    );
}

function isLocal(reference: string, { references }: HasImages): boolean {
  return references.has(reference) || references.has(`${reference}:latest`);
}

function cannotPull(path: string[], reference: string, remedy: string): Problem {
  return {
    path,
    what: `${reference} cannot be pulled, because no image registry answers and the host does not have it`,
    remedy: `${remedy}, or load it with docker load`,
  };
}

/** Images that a Dockerfile starts from, except earlier stages, `scratch` and what ARG BASE stands for. */
export function baseImages(dockerfile: string, args: Readonly<Record<string, string>>): string[] {
  const values: Record<string, string> = {};
  const stages = new Set(["scratch"]);
  const bases: string[] = [];
  for (const line of dockerfile.replaceAll(/\\\r?\n/g, " ").split(/\r?\n/)) {
    const arg = /^\s*ARG\s+(\w+)(?:=(\S+))?/i.exec(line);
    if (arg?.[1]) values[arg[1]] = args[arg[1]] ?? arg[2]?.replace(/^["']|["']$/g, "") ?? "";
    const from = /^\s*FROM\s+(?:--platform=\S+\s+)?(\S+)(?:\s+AS\s+(\S+))?/i.exec(line);
    if (!from?.[1]) continue;
    const replaced = /^\$\{?BASE\}?$/.test(from[1]);
    const base = from[1].replaceAll(/\$\{?(\w+)\}?/g, (_, name: string) => values[name] ?? "");
    if (!replaced && !stages.has(base)) bases.push(base);
    if (from[2]) stages.add(from[2]);
  }
  return [...new Set(bases)];
}

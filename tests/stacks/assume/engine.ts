/** A container engine with nothing on it, as far as preflight asks. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, vi } from "vitest";
import type { ImageSource } from "../../../components/docker/images.ts";
import { assumedFolders } from "../../../components/docker/preflight/programs.ts";
import { settings } from "../../../components/docker/settings.ts";
import type { App } from "../../../src/config/model.ts";
import { gibibytes } from "../../../src/config/units.ts";

const ANSWERS: Readonly<Record<string, unknown>> = {
  "/version": { Version: "29.0.0", ApiVersion: "1.52" },
  "/info": { MemTotal: gibibytes(256), NCPU: 64, DockerRootDir: "/nowhere/docker" },
  "/networks": [],
  "/containers/json": [],
  "/images/json": [],
  // An engine without volumes says null, not an empty list.
  "/volumes": { Volumes: null, Warnings: null },
};

/** Points DOCKER_HOST at the engine, and the cache at a folder of the test's own. */
export async function startEmptyEngine(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "atelier-engine-"));
  const socket = join(folder, "engine.sock");
  const server = createServer(({ url = "" }, response) => {
    const answer = ANSWERS[url.replace(/\?.*/, "")];
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? { message: `nobody asks for ${url}` }));
  });
  await new Promise<void>((listening) => server.listen(socket, listening));
  vi.stubEnv("DOCKER_HOST", `unix://${socket}`);
  vi.stubEnv("XDG_CACHE_HOME", folder);
  onTestFinished(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });
}

/** Stands in for the minutes that programs take to build: their folders are there, empty, where a plan says. What is
 * looked for elsewhere is built in earnest.
 */
export async function pretendBuilt(app: App, images: ImageSource): Promise<void> {
  const { base, programs, sites } = assumedFolders(app, settings.parse({}), images);
  const all = [...(base ? [base] : []), ...Object.values(programs), ...Object.values(sites ?? {})];
  for (const { folder } of all) await mkdir(folder, { recursive: true });
}

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { assumeHost } from "../../../../components/docker/preflight/assume.ts";
import { settings } from "../../../../components/docker/settings.ts";
import type { App } from "../../../../src/config/model.ts";
import { ConfigError } from "../../../../src/config/problem.ts";
import { makeApp, makeBucket, makeDocuments, makeService } from "../../../helpers/app.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "atelier-assume-"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const assume = (app: App, written: object = {}) => assumeHost(app, settings.parse(written));

function source(name: string, files: Readonly<Record<string, string>>) {
  const context = join(folder, name);
  mkdirSync(context);
  for (const [path, text] of Object.entries(files)) writeFileSync(join(context, path), text);
  return { type: "build", context, dockerfile: "Dockerfile", args: {} } as const;
}

function refusal(app: App, written: object = {}): string {
  try {
    assume(app, written);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.replaceAll(folder, "…");
    throw error;
  }
  return "";
}

describe("a host that is assumed", () => {
  it("reaches a registry and is empty", () => {
    const app = makeApp({ edge: { ...makeApp().edge, waf: "off" } });
    expect(assume(app)).toEqual({
      images: "upstream",
      subnets: {},
      taken: [],
      attempts: {},
      socketGroup: 0,
      programs: {},
      sites: {},
    });
  });

  it("is as the settings say", () => {
    const { images, socketGroup, base } = assume(makeApp(), { images: "debian", socketGroup: 998 });
    expect([images, socketGroup]).toEqual(["debian", 998]);
    expect(base?.folder).toBe(join(folder, "cache/atelier/images", base?.version ?? ""));
  });

  it("names every folder that this machine would make, and makes none", () => {
    const assets = makeService({ kind: "static", source: source("assets", { "index.html": "<p>hi</p>" }) });
    const closet = makeDocuments({ engine: "firestore" });
    const host = assume(makeApp({ services: { assets }, data: { closet, photos: makeBucket() } }));
    expect(Object.keys(host.programs)).toEqual(["waf", "s3", "firestore"]);
    expect(Object.keys(host.sites ?? {})).toEqual([join(folder, "assets")]);
    for (const made of [...Object.values(host.programs), ...Object.values(host.sites ?? {})]) {
      expect(made.folder).toMatch(new RegExp(`^${folder}/cache/atelier/(programs|sites)/.*${made.version}`));
    }
    expect(existsSync(join(folder, "cache"))).toBe(false);
  });

  it("keeps what is built outside of Docker where `state` says", () => {
    const { programs } = assume(makeApp(), { state: "/var/lib/builds" });
    expect(programs.waf?.folder).toMatch(/^\/var\/lib\/builds\/atelier\/programs\/waf-[0-9a-f]{16}$/);
  });

  it("cannot carry what is not there to be built", () => {
    const api = makeService({ source: source("api", { "main.py": "" }) });
    const gone = makeService({
      source: { ...api.source, context: join(folder, "gone") } as typeof api.source,
    });
    expect(refusal(makeApp({ services: { api, gone } })).split("\n")).toEqual([
      "services.api.build: there is no …/api/Dockerfile; write it, or name another file in build.dockerfile",
      "services.gone.build: there is no folder …/gone; create it or correct the path",
    ]);
  });

  it("cannot carry without a registry what comes from one", () => {
    const app = makeApp({
      services: {
        api: makeService({ source: source("api", { Dockerfile: "FROM node:22\n" }) }),
        worker: makeService(),
      },
      data: { documents: makeDocuments() },
    });
    expect(refusal(app)).toBe("");
    expect(refusal(app, { images: "debian" }).split("\n")).toEqual([
      "services.api.build: node:22 cannot be pulled, because no image registry answers and the host does not have it; start the Dockerfile with `ARG BASE=debian:bookworm-slim` and `FROM ${BASE}`, which is replaced by an image made here, or load it with docker load",
      "services.worker.image: example.com/app:1 cannot be pulled, because no image registry answers and the host does not have it; build the service here instead (build: ./folder), or load it with docker load",
      expect.stringMatching(/^data\.documents/),
    ]);
  });
});

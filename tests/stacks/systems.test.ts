/** What the five systems' documents ask of one Docker host, as the program registers it for the engine. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { refuseData } from "../../components/docker/data-refusals.ts";
import { Images } from "../../components/docker/image.ts";
import { settings } from "../../components/docker/settings.ts";
import { loadApp } from "../../src/config/index.ts";
import { formatProblem } from "../../src/config/problem.ts";
import { compose } from "../../stacks/compose.ts";
import { dockerAdapters } from "../../stacks/docker.ts";
import { hidden, runProgram } from "../helpers/program.ts";

const fixture = (system: string) =>
  loadApp({ file: join(import.meta.dirname, `../fixtures/systems/${system}/app.yaml`), environment: "dev" })
    .app;

/** The whole program of a system, on a host that reaches a registry. */
function program(system: string) {
  const app = fixture(system);
  return runProgram(() => {
    const host = {
      images: "upstream" as const,
      subnets: {},
      taken: [],
      attempts: {},
      socketGroup: 0,
      programs: { waf: { folder: join(import.meta.dirname, "../../images/waf"), version: "1" } },
    };
    const images = new Images("images", { app, host });
    const adapters = dockerAdapters({ app, settings: settings.parse({}), host, images });
    return compose(app, adapters, { seed: "0".repeat(64), values: { GROQ_API_KEY: "gsk-test" } });
  });
}

const started = (name: RegExp) => (resource: { name: string; inputs: Record<string, unknown> }) =>
  name.test(resource.name) && resource.inputs.start !== false;

describe("NW-05: Nowry's compose file", () => {
  it("has MongoDB with a login of the backend's own, which the frontend cannot reach", async () => {
    const { resources } = await program("nowry");
    const backend = resources.find(started(/^nowry-dev-backend-1-[0-9a-f]{6}$/))?.inputs;
    const envs = backend?.envs as string[];
    expect(envs).toContain("MONGO_URI_FILE=/run/secrets/MONGO_URI");
    expect(envs).toContain("MONGODB_USER=backend");
    expect(JSON.stringify(envs)).not.toMatch(/gsk-test|mongodb:\/\//);
    const networks = (inputs: Record<string, unknown> = {}) =>
      (inputs.networksAdvanced as { name: string }[]).map(({ name }) => name).sort();
    expect(networks(backend)).toContain("nowry-dev-mongodb-id");
    const frontend = resources.find(started(/^nowry-dev-frontend-1-[0-9a-f]{6}$/))?.inputs;
    expect(networks(frontend)).toEqual(["nowry-dev-backend-id", "nowry-dev-frontend-id"]);
    expect(resources.some(({ inputs }) => inputs.name === "mongo:7.0.23")).toBe(true);
  });

  it("hides the connection string on its way to the engine", async () => {
    const { resources } = await program("nowry");
    const files = resources.find(({ name }) => /^nowry-dev-backend-1-[0-9a-f]{6}-files$/.test(name))?.inputs;
    const uploads = files?.uploads as { file: string; content: unknown }[];
    const uri = uploads.find(({ file }) => file === "/run/secrets/MONGO_URI")?.content as { value: string };
    expect(uri).toEqual(hidden(uri.value));
    expect(uri.value).toMatch(/^mongodb:\/\/backend:[\w-]+@mongodb:27017\//);
  });

  it("is refused where no registry answers, with the reason", () => {
    expect(refuseData(fixture("nowry"), "debian").map(formatProblem)).toEqual([
      expect.stringMatching(
        /^data\.mongodb.*: MongoDB is not packaged by Debian, and no image registry is used here; /,
      ),
    ]);
  });
});

describe("PM-10: PhotoMemory AI's compose file", () => {
  it("has Postgres 15 with its extensions and Redis 7, each service with the access that it needs", async () => {
    const { resources } = await program("photomemory");
    const web = resources.find(started(/^photomemory-dev-web-1-[0-9a-f]{6}$/))?.inputs.envs as string[];
    expect(web).toEqual(
      expect.arrayContaining([
        "DATABASE_URL_FILE=/run/secrets/DATABASE_URL",
        "REDIS_URL_FILE=/run/secrets/REDIS_URL",
        "DB_POOL_MAX=20",
      ]),
    );
    const setup = resources.find(({ name }) => /^photomemory-dev-db-setup-[0-9a-f]{6}-files$/.test(name));
    const sql = JSON.stringify(setup?.inputs.uploads);
    for (const extension of ["uuid-ossp", "pg_cron", "pg_stat_statements"]) expect(sql).toContain(extension);
    expect(sql).toContain("generator");
  });
});

describe("CG-12: ClosetGPT's limits", () => {
  it("sets limits, reservations, two replicas and restarts", async () => {
    const { resources } = await program("closetgpt");
    const frontends = resources.filter(started(/^closetgpt-dev-frontend-\d-[0-9a-f]{6}$/));
    const backends = resources.filter(started(/^closetgpt-dev-backend-\d-[0-9a-f]{6}$/));
    expect([frontends.length, backends.length]).toEqual([2, 2]);
    for (const { inputs } of frontends) {
      expect(inputs).toMatchObject({ cpus: "0.5", memory: 512, memorySwap: 512, restart: "unless-stopped" });
    }
    for (const { inputs } of backends) {
      expect(inputs).toMatchObject({ cpus: "1.0", memory: 1024, memoryReservation: 512, cpuShares: 512 });
    }
  });
});

import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { checkCapacity } from "../../../components/docker/preflight/capacity.ts";
import { attemptsOf, type EngineFacts } from "../../../components/docker/preflight/engine.ts";
import { checkPorts } from "../../../components/docker/preflight/ports.ts";
import { baseImages, checkImages, chooseSource } from "../../../components/docker/preflight/sources.ts";
import { checkVersions } from "../../../components/docker/preflight/versions.ts";
import { settings } from "../../../components/docker/settings.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { gibibytes } from "../../../src/config/units.ts";
import { makeApp, makePostgres, makeService } from "../../helpers/app.ts";

const facts = (changes: Partial<EngineFacts> = {}) =>
  ({
    memory: gibibytes(64),
    cpus: 4,
    deployed: false,
    ownSubnets: {},
    foreignSubnets: [],
    published: new Map(),
    versions: new Map(),
    references: new Set<string>(),
    attempts: {},
    socketGroup: 0,
    ...changes,
  }) as EngineFacts;

describe("ports", () => {
  it("names the process that holds one", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((listening) => server.once("listening", listening));
    const { port } = server.address() as { port: number };
    const wanted = [{ port, address: "127.0.0.1", path: ["atelier:docker", "ports", "https"] }];
    const problems = await checkPorts(wanted, facts());
    server.close();
    const line = problems.map(formatProblem).join("\n");
    expect(line).toMatch(
      new RegExp(
        `^atelier:docker.ports.https: port ${port} is held by .+ \\(pid ${process.pid}\\); stop it, or set atelier:docker.ports.https to another port$`,
      ),
    );
  });

  it("names the container that holds one, and bears with its own", async () => {
    const wanted = [{ port: 443, address: "0.0.0.0", path: ["atelier:docker", "ports", "https"] }];
    const held = (own: boolean) => facts({ published: new Map([[443, { name: "caddy", own }]]) });
    expect((await checkPorts(wanted, held(false))).map(formatProblem)).toEqual([
      "atelier:docker.ports.https: port 443 is held by container caddy; stop it, or set atelier:docker.ports.https to another port",
    ]);
    expect(await checkPorts(wanted, held(true))).toEqual([]);
  });
});

describe("capacity", () => {
  it("asks for what the app's own sums need", async () => {
    const small = facts({ memory: gibibytes(2) });
    const problems = await checkCapacity(makeApp({}), small);
    expect(problems.map(formatProblem)).toEqual([
      "atelier:target: the Docker host has 2.0 GiB of free memory, this app needs 4.0 GiB; free some, use a larger host, or lower services.*.reserve.memory in app.yaml",
    ]);
  });

  it("asks nothing of a host that carries the app already", async () => {
    expect(await checkCapacity(makeApp({}), facts({ memory: gibibytes(2), deployed: true }))).toEqual([]);
  });
});

describe("data that is there", () => {
  const app = makeApp({ data: { db: makePostgres({ version: 17 }) } });

  it("is not given to a Postgres that can't read it", () => {
    const problems = checkVersions(app, facts({ versions: new Map([["db", "16"]]) }));
    expect(problems.map(formatProblem)).toEqual([
      "data.db.version: 17 can't read what the volume holds, which PostgreSQL 16 wrote; allowed: 16; set version: 16, or dump it with pg_dump, remove the container and the volume, and restore it into the new one",
    ]);
  });

  it("is left to the same one, and so is what was written before versions were noted", () => {
    expect(checkVersions(app, facts({ versions: new Map([["db", "17"]]) }))).toEqual([]);
    expect(checkVersions(app, facts())).toEqual([]);
  });
});

describe("image source", () => {
  it("is what the deployment was made with, before a registry is asked", async () => {
    expect(await chooseSource(settings.parse({}), facts({ images: "debian" }))).toBe("debian");
  });

  it("is what the settings say above all", async () => {
    expect(await chooseSource(settings.parse({ images: "upstream" }), facts({ images: "debian" }))).toBe(
      "upstream",
    );
  });
});

describe("base images", () => {
  it("are found behind arguments, platforms, stages and line continuations", () => {
    const dockerfile = `ARG NODE=node:22
FROM --platform=linux/amd64 \${NODE} AS build
FROM build AS test
FROM scratch
FROM \\
  python:3.11-slim
FROM \${BASE}
`;
    expect(baseImages(dockerfile, {})).toEqual(["node:22", "python:3.11-slim"]);
    expect(baseImages(dockerfile, { NODE: "node:20" })).toEqual(["node:20", "python:3.11-slim"]);
  });

  it("that nobody has are refused with a way out", () => {
    const app = makeApp({
      services: {
        api: makeService({ source: { type: "image", reference: "acme/api:1", repository: "acme/api" } }),
      },
    });
    expect(checkImages(app, "debian", facts()).map(formatProblem)).toEqual([
      "services.api.image: acme/api:1 cannot be pulled, because no image registry answers and the host does not have it; build the service here instead (build: ./folder), or load it with docker load",
    ]);
    expect(checkImages(app, "debian", facts({ references: new Set(["acme/api:1"]) }))).toEqual([]);
    expect(checkImages(app, "upstream", facts())).toEqual([]);
  });
});

describe("jobs that failed", () => {
  const job = (name: string, status: string) => ({ Names: [`/${name}`], Status: status });

  it("are tried again under a new name, and one that succeeded then keeps it", () => {
    expect(attemptsOf([job("a-dev-migrate-0a1b2c", "Exited (1) 2 minutes ago")])).toEqual({
      "a-dev-migrate-0a1b2c": 2,
    });
    expect(attemptsOf([job("a-dev-migrate-0a1b2c-2", "Exited (0) 2 minutes ago")])).toEqual({
      "a-dev-migrate-0a1b2c": 2,
    });
    expect(attemptsOf([job("a-dev-migrate-0a1b2c", "Exited (0) 2 minutes ago")])).toEqual({});
    expect(attemptsOf([job("a-dev-migrate-0a1b2c", "Up 3 seconds")])).toEqual({});
  });
});

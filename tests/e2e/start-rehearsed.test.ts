/** `npm start` where no container engine is to be had: production is rehearsed, and nothing is made. */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { startApp } from "../../src/cli/start.ts";
import { ROOT } from "../helpers/stack.ts";

const written: string[] = [];

afterEach(() => vi.restoreAllMocks());

it("rehearses FlashFit's production stack, and says so", async () => {
  const home = await mkdtemp(join(tmpdir(), "atelier-nodocker-"));
  const take = (text: unknown) => written.push(String(text)) > 0;
  vi.spyOn(process.stdout, "write").mockImplementation(take);
  vi.spyOn(console, "log").mockImplementation((text) => take(`${text}\n`));
  vi.spyOn(process, "cwd").mockReturnValue(ROOT);
  const { DOCKER_HOST: _, XDG_RUNTIME_DIR: __, ...rest } = process.env;
  // The engine in the cache is found by XDG_CACHE_HOME; nothing on this PATH is a container engine.
  const env = {
    ...rest,
    PATH: home,
    XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? "/root", ".cache"),
    HOME: home,
  };
  try {
    await startApp("dev", env, { isRoot: false, socket: join(home, "docker.sock") });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
  const said = written.join("");
  expect(said).toMatch(/No container engine is to be had here: Docker is not installed; /);
  expect(said).toContain("So flashfit is rehearsed in place of started: prod on gcp-cloud-run");
  expect(said).toMatch(/flashfit in prod on gcp-cloud-run: \d+ resources in \d+ components/);
  expect(said).toMatch(/\$\d/);
  expect(said).toMatch(/up succeeds: operations: \d+ create/);
  expect(said).toContain("Nothing real was made, changed or removed.");
  for (const name of ["topology.svg", "up.svg"]) {
    expect(said).toContain(`.atelier/rehearsal/${name}`);
    expect(existsSync(join(ROOT, ".atelier/rehearsal", name))).toBe(true);
  }
});

import { describe, expect, it } from "vitest";
import type { App } from "../../src/config/model.ts";
import { changed, leavesOf } from "../../src/verify/leaves.ts";
import { makeApp, makePostgres, makeService } from "../helpers/app.ts";

const app = makeApp({
  services: {
    api: makeService({ env: { MODE: "fast", AT: "03:09" }, uses: { db: "write" }, after: ["db"] }),
  },
  data: { db: makePostgres() },
  secrets: { KEY: { source: "required" } },
});
const configuration = { app, settings: { zones: ["a", "b"], on: true, nothing: undefined } };
const find = (path: string) => {
  const leaf = leavesOf(configuration).find((one) => one.path.join(".") === path);
  if (!leaf) throw new Error(`no ${path}`);
  return leaf;
};

describe("values of a configuration", () => {
  it("are found in app and settings, inside lists too", () => {
    const paths = leavesOf(configuration).map(({ path }) => path.join("."));
    expect(paths).toEqual(
      expect.arrayContaining([
        "app.name",
        "app.services.api.memory",
        "app.services.api.env.MODE",
        "settings.zones.1",
        "settings.on",
      ]),
    );
  });

  it("leave out what stands for a shape, a file or another part", () => {
    const paths = leavesOf(configuration).map(({ path }) => path.join("."));
    const others = /\.(kind|directory|environment|preset|source|type)$|\.uses\.|\.after\./;
    expect(paths.filter((path) => others.test(path))).toEqual([]);
  });

  it("are changed into others of their type, and nothing else is", () => {
    const leaf = find("app.services.api.env.MODE");
    const other = changed(configuration, [leaf]);
    expect(other.app.services.api?.env).toEqual({ MODE: "fastx", AT: "03:09" });
    expect(configuration.app.services.api?.env.MODE).toBe("fast");
    expect({ ...other.app, services: {} }).toEqual({ ...app, services: {} } satisfies App);
  });

  it("stay something that a program understands", () => {
    const other = changed(configuration, [
      find("app.services.api.env.AT"),
      find("app.services.api.memory"),
      find("app.services.api.rollout.strategy"),
      find("app.data.db.version"),
      find("settings.on"),
      find("settings.zones.0"),
    ]);
    const { env, memory, rollout } = other.app.services.api ?? makeService();
    expect(env.AT).toBe("03:08");
    expect(memory).toBe((app.services.api?.memory ?? 0) * 2);
    expect(rollout.strategy).toBe("rolling");
    expect(other.app.data.db).toMatchObject({ version: makePostgres().version + 1 });
    expect(other.settings).toEqual({ zones: ["ax", "b"], on: false, nothing: undefined });
  });
});

import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { assumedCacheFolder, cacheFolder } from "../../engine/folders.ts";

const homedir = vi.hoisted(() => vi.fn<() => string>());
vi.mock("node:os", async (original) => ({ ...(await original<typeof import("node:os")>()), homedir }));

/** As Node fails for a user without an entry in the system's list. */
const nobody = () => {
  throw new Error("A system error occurred: uv_os_homedir returned ENOENT (no such file or directory)");
};

beforeEach(() => {
  homedir.mockImplementation(() => userInfo().homedir);
});

describe("the cache", () => {
  it.each([cacheFolder, assumedCacheFolder])("lies where the environment says", (folder) => {
    expect(folder({ XDG_CACHE_HOME: "/caches", HOME: "/home/ada" })).toBe("/caches/atelier");
    expect(folder({ XDG_CACHE_HOME: "", HOME: "/home/ada" })).toBe("/home/ada/.cache/atelier");
  });

  it.each([cacheFolder, assumedCacheFolder])("lies in the user's home without an environment", (folder) => {
    expect(folder({})).toBe(join(userInfo().homedir, ".cache/atelier"));
  });

  it("is refused to a user without a home, who would run what others may have put there", () => {
    homedir.mockImplementation(nobody);
    expect(() => cacheFolder({})).toThrow(
      "there is no place for what is built here, because this user has no home folder; set XDG_CACHE_HOME to a folder that only this user may write to",
    );
  });

  it("is assumed among temporary files for a user without a home", () => {
    homedir.mockImplementation(nobody);
    expect(assumedCacheFolder({})).toBe(join(tmpdir(), "atelier"));
  });
});

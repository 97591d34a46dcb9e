import { syncBuiltinESMExports } from "node:module";
import os, { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { assumedCacheFolder, cacheFolder } from "../../engine/folders.ts";

const { homedir } = os;

/** Also for those that import it by name. */
function setHomedir(of: () => string): void {
  os.homedir = of;
  syncBuiltinESMExports();
}

/** As Node fails for a user without an entry in the system's list. */
const nobody = () => {
  throw new Error("A system error occurred: uv_os_homedir returned ENOENT (no such file or directory)");
};

beforeEach(() => setHomedir(() => userInfo().homedir));
afterEach(() => setHomedir(homedir));

describe("the cache", () => {
  it.each([cacheFolder, assumedCacheFolder])("lies where the environment says", (folder) => {
    expect(folder({ XDG_CACHE_HOME: "/caches", HOME: "/home/ada" })).toBe("/caches/atelier");
    expect(folder({ XDG_CACHE_HOME: "", HOME: "/home/ada" })).toBe("/home/ada/.cache/atelier");
  });

  it.each([cacheFolder, assumedCacheFolder])("lies in the user's home without an environment", (folder) => {
    expect(folder({})).toBe(join(userInfo().homedir, ".cache/atelier"));
  });

  it("is refused to a user without a home, who would run what others may have put there", () => {
    setHomedir(nobody);
    expect(() => cacheFolder({})).toThrow(
      "there is no place for what is built here, because this user has no home folder; set XDG_CACHE_HOME to a folder that only this user may write to",
    );
  });

  it("is refused to a user whose home is Debian's name for none", () => {
    expect(() => cacheFolder({ HOME: "/nonexistent" })).toThrow("this user has no home folder");
  });

  it("is assumed among temporary files for a user without a home", () => {
    setHomedir(nobody);
    expect(assumedCacheFolder({})).toBe(join(tmpdir(), "atelier"));
  });
});

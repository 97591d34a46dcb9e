/** The WAF agent's own tests, in Go: protocol, rules against the corpus, cut-off and packed bodies, settings. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { createProgress } from "../../bootstrap/progress.mjs";
import { run } from "../../engine/command.ts";
import { cacheFolder, currentPlatform } from "../../engine/folders.ts";
import { findGo } from "../../engine/go.ts";

test("go vet and go test pass", async () => {
  const env = process.env;
  const folder = join(cacheFolder(env), "go");
  const go = await findGo({ env, platform: currentPlatform(), folder, progress: createProgress() });
  const options = {
    env: { ...env, ...go.caches, GOTOOLCHAIN: go.toolchain },
    cwd: join(import.meta.dirname, "../../images/waf"),
  };
  for (const command of ["vet", "test"]) {
    const { code, stdout, stderr } = await run(go.path, [command, "./..."], options);
    expect(code, stdout + stderr).toBe(0);
  }
});

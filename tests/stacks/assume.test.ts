/** A plan needs nobody: adapters that are assumed ask nothing, make nothing, and register what `open` would. */
import { execFile, spawnSync } from "node:child_process";
import { userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { pretendBuilt, startEmptyEngine } from "./assume/engine.ts";
import {
  appOf,
  CASES,
  differences,
  digestsOf,
  registered,
  settingsOf,
  TARGETS,
  titleOf,
  type Way,
} from "./assume/examples.ts";

const run = promisify(execFile);

afterEach(() => vi.unstubAllEnvs());

/** Twenty-seven programs take their time on a machine that others use too. */
const PATIENCE = 600_000;

describe("a plan", () => {
  it("needs no environment, no network and no other program, and writes nothing", {
    timeout: PATIENCE,
  }, async () => {
    const { asked, plans } = await alone();
    expect(asked).toEqual([]);
    const all = TARGETS.flatMap((target) => CASES.map((one) => titleOf({ ...one, target })));
    expect(Object.keys(plans)).toEqual(all);
    // The same as with all of that.
    vi.stubEnv("HOME", userInfo().homedir);
    vi.stubEnv("XDG_CACHE_HOME", "");
    for (const target of TARGETS) {
      const one = { example: "closetgpt", environment: "prod", target } as const;
      const here = digestsOf(await registered(appOf(one, target), target));
      expect({ [target]: plans[titleOf(one)] }).toEqual({ [target]: here });
    }
  });

  it("can be told apart from a program that asks its host", { timeout: PATIENCE }, async () => {
    const { asked } = await alone("open");
    expect(asked).toContain("a connection");
  });
});

describe("on an engine with nothing on it, docker", () => {
  const prod = CASES.filter(({ environment }) => environment === "prod");
  it.each([
    ...CASES.map((one) => ({ ...one, images: "upstream" as const })),
    ...prod.map((one) => ({ ...one, images: "debian" as const })),
  ])(
    "opens what was assumed for $example in $environment with images from $images",
    async ({ images, ...one }) => {
      await startEmptyEngine();
      const app = appOf(one, "docker");
      const settings = { ...settingsOf(app, "docker"), images, socketGroup: 998 };
      await pretendBuilt(app, images);
      const assumed = await registered(app, "docker", "assume", settings);
      expect(assumed.length).toBeGreaterThan(50);
      expect(differences(assumed, await registered(app, "docker", "open", settings))).toEqual([]);
    },
  );
});

describe("on Google Cloud", () => {
  it.each(["gcp-cloud-run", "gcp-compute"] as const)("%s opens what it assumes", async (target) => {
    const app = appOf({ example: "flashfit-ai", environment: "prod" }, target);
    const assumed = await registered(app, target);
    expect(differences(assumed, await registered(app, target, "open"))).toEqual([]);
  });
});

/** In a process that may read files and do nothing else, without a network where that can be had. */
async function alone(way: Way = "assume") {
  const script = join(import.meta.dirname, "assume/alone.ts");
  const node = [process.execPath, "--permission", "--allow-fs-read=*", script, way];
  const [command = "", ...args] = canUnshare() ? ["unshare", "--net", "env", "-i", ...node] : node;
  const { stdout } = await run(command, args, canUnshare() ? {} : { env: {} });
  return JSON.parse(stdout) as {
    readonly asked: readonly string[];
    readonly plans: Readonly<Record<string, readonly string[]>>;
  };
}

/** A network of its own without interfaces is for root on Linux. The permission to read alone stands everywhere. */
function canUnshare(): boolean {
  return spawnSync("unshare", ["--net", "true"]).status === 0;
}

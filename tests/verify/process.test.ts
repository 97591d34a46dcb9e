/** Plugins as processes: started, understood, and gone afterwards whatever they did. */
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../engine/command.ts";
import { startPlugin } from "../../src/verify/process.ts";
import { ROOT } from "../helpers/stack.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-process-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A plugin that writes down its process id and goes on as `script` says. */
async function plugin(script: string): Promise<{ readonly program: string }> {
  const program = join(folder, "pulumi-resource-fake");
  await writeFile(program, `#!/bin/sh\necho $$ > pid\n${script}\n`);
  await chmod(program, 0o755);
  return { program };
}

const STAYS = "exec sleep 60";

const start = async (script: string, timeout = 5000) =>
  startPlugin(await plugin(script), {
    env: { PATH: process.env.PATH, OWN: "yes" },
    folder,
    engine: "127.0.0.1:9",
    timeout,
  });

async function runs(): Promise<boolean> {
  const pid = Number(await readFile(join(folder, "pid"), "utf8"));
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("a plugin's process", () => {
  it("gets the engine's address and only the environment that it is given, says its port, and is ended", async () => {
    const running = await start(`echo "$1 $OWN $HOME" > seen; echo 4711; ${STAYS}`);
    expect(running.port).toBe(4711);
    expect(await readFile(join(folder, "seen"), "utf8")).toBe("127.0.0.1:9 yes \n");
    expect(await runs()).toBe(true);
    await running.end();
    expect(await runs()).toBe(false);
    expect(await running.ended).toBe("it ended with SIGKILL");
  });

  it("is ended when it says no port in time", async () => {
    await expect(start(STAYS, 300)).rejects.toThrow("it did not say its port within 0.3 s");
    expect(await runs()).toBe(false);
  });

  it("is ended when it says something else", async () => {
    await expect(start(`echo welcome; ${STAYS}`)).rejects.toThrow('it said "welcome" in place of its port');
    expect(await runs()).toBe(false);
  });

  it("tells its last words when it ends by itself", async () => {
    await expect(start("echo 'no such library' >&2; exit 3")).rejects.toThrow(
      "it ended with 3: no such library",
    );
  });

  it("may be none at all", async () => {
    const missing = { program: join(folder, "nothing") };
    await expect(
      startPlugin(missing, { env: {}, folder, engine: "127.0.0.1:9", timeout: 1000 }),
    ).rejects.toThrow(/^it does not start: .*ENOENT/);
  });

  it("ends when the process that started it is told to, which ends as it would have", async () => {
    const { program } = await plugin(`echo 4711; ${STAYS}`);
    const script = join(folder, "parent.ts");
    await writeFile(
      script,
      `import { startPlugin } from ${JSON.stringify(join(ROOT, "src/verify/process.ts"))};
       await startPlugin({ program: ${JSON.stringify(program)} }, { env: process.env, folder: ${JSON.stringify(folder)}, engine: "x", timeout: 9000 });
       setInterval(() => undefined, 1000);
       process.kill(process.pid, "SIGTERM");`,
    );
    const { code } = await run(process.execPath, [script], { env: process.env, timeout: 20_000 });
    expect(code).not.toBe(0);
    for (let tries = 0; (await runs()) && tries < 50; tries++) await sleep(100);
    expect(await runs()).toBe(false);
  });

  it("is left alone when it ran before", async () => {
    const running = await startPlugin(
      { port: 4711 },
      { env: {}, folder, engine: "127.0.0.1:9", timeout: 100 },
    );
    await running.end();
    expect(running.port).toBe(4711);
  });
});

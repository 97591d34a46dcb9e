import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { withLock } from "../../engine/lock.ts";
import { temporaryFolder } from "./helpers.ts";

const holder = join(import.meta.dirname, "fixtures", "hold-lock.ts");

it("lets one process in at a time", async () => {
  const folder = await temporaryFolder();
  const record = join(folder, "record");
  const names = ["a", "b", "c", "d"];
  await Promise.all(names.map((name) => hold(folder, record, name, 60)));
  const lines = (await readFile(record, "utf8")).trim().split("\n");
  expect(lines).toHaveLength(8);
  for (let at = 0; at < lines.length; at += 2) {
    expect(lines[at + 1]).toBe(lines[at]?.replace(" in", " out"));
  }
  expect(await readdir(folder)).toEqual(["record"]);
});

it("takes over at once from a process that was killed", async () => {
  const folder = await temporaryFolder();
  const record = join(folder, "record");
  const child = spawn(process.execPath, [holder, join(folder, "lock"), record, "killed", "60000"]);
  while ((await readFile(record, "utf8").catch(() => "")) === "") await sleep(20);
  child.kill("SIGKILL");
  await once(child, "close");
  const started = Date.now();
  await withLock(join(folder, "lock"), async () => undefined, { pollEvery: 20 });
  expect(Date.now() - started).toBeLessThan(1000);
});

it("waits for an owner elsewhere only while it gives signs of life", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "lock");
  await writeFile(path, JSON.stringify({ pid: 1, host: "another-host", token: "theirs" }));
  const waiting: number[] = [];
  const entered = withLock(path, async () => Date.now(), {
    pollEvery: 20,
    staleAfter: 400,
    onWait: ({ pid }) => waiting.push(pid),
  });
  await sleep(250);
  const lastSign = Date.now();
  await utimes(path, new Date(), new Date());
  expect((await entered) - lastSign).toBeGreaterThanOrEqual(390);
  expect(waiting).toEqual([1]);
});

it("does not give up its lock to others while it works long", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "lock");
  const order: string[] = [];
  const options = { pollEvery: 20, staleAfter: 200 };
  const first = withLock(
    path,
    async () => {
      await writeFile(path, (await readFile(path, "utf8")).replace(hostname(), "another-host"));
      await sleep(600);
      order.push("first");
    },
    options,
  );
  await sleep(50);
  await withLock(path, async () => order.push("second"), options);
  await first;
  expect(order).toEqual(["first", "second"]);
});

it("frees the lock when the work fails", async () => {
  const path = join(await temporaryFolder(), "lock");
  await expect(withLock(path, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  await expect(withLock(path, async () => "free")).resolves.toBe("free");
});

async function hold(folder: string, record: string, name: string, milliseconds: number): Promise<void> {
  const child = spawn(process.execPath, [holder, join(folder, "lock"), record, name, String(milliseconds)]);
  const [code] = (await once(child, "close")) as [number];
  expect(code).toBe(0);
}

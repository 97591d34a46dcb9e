/** A lock between processes that share a folder: a file that its owner keeps fresh.
 *
 * An owner that died leaves the file behind. It counts as gone at once when its process no longer exists on this
 * host, and after `staleAfter` without a sign of life when it ran elsewhere (another container on one cache).
 */
import { randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface LockOptions {
  /** Milliseconds without a sign of life after which an owner counts as gone. 60 s by default. */
  readonly staleAfter?: number;
  /** Milliseconds between two tries. 300 by default. */
  readonly pollEvery?: number;
  /** Called once when another process has the lock. */
  readonly onWait?: (owner: Owner) => void;
}

export interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly token: string;
}

/** Runs `work` while holding the lock at `path`, waiting for it as long as its owner lives. */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const staleAfter = options.staleAfter ?? 60_000;
  const mine: Owner = { pid: process.pid, host: hostname(), token: randomUUID() };
  await mkdir(dirname(path), { recursive: true });
  await acquire(path, mine, staleAfter, options);
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, staleAfter / 4);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if ((await readOwner(path))?.token === mine.token) await rm(path, { force: true });
  }
}

async function acquire(path: string, mine: Owner, staleAfter: number, options: LockOptions): Promise<void> {
  let waited = false;
  while (!(await create(path, mine))) {
    const owner = await readOwner(path);
    if (await isGone(path, owner, staleAfter)) {
      await takeAway(path, owner);
      continue;
    }
    if (owner && !waited) {
      options.onWait?.(owner);
      waited = true;
    }
    await sleep(options.pollEvery ?? 300);
  }
}

/** Creates the lock file whole, so that nobody ever reads half of it. */
async function create(path: string, mine: Owner): Promise<boolean> {
  const draft = `${path}.${mine.token}`;
  const file = await open(draft, "wx", 0o600);
  await file.writeFile(JSON.stringify(mine));
  await file.close();
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    await rm(draft, { force: true });
  }
}

async function readOwner(path: string): Promise<Owner | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return { pid: 0, host: "", token: text };
  }
}

async function isGone(path: string, owner: Owner | undefined, staleAfter: number): Promise<boolean> {
  if (!owner) return false;
  if (owner.host === hostname() && !isAlive(owner.pid)) return true;
  const modified = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  );
  return Date.now() - modified > staleAfter;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Removes the lock of an owner that is gone. When another process was faster and its fresh lock got moved
 * instead, that one is put back. */
async function takeAway(path: string, gone: Owner | undefined): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  if ((await readOwner(aside))?.token !== gone?.token) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

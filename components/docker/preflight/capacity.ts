/** Whether the host has the memory and the disk that the app's own sums ask for. */
import { readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { PLATFORM_SIZE, sizeOf } from "../../../src/app/sizing.ts";
import type { App } from "../../../src/config/model.ts";
import type { Problem } from "../../../src/config/problem.ts";
import { type Bytes, bytes, gibibytes } from "../../../src/config/units.ts";
import type { EngineFacts } from "./engine.ts";

/** Never less, however small the app: what FlashFit AI's own guide asks for. */
export const LEAST_MEMORY = gibibytes(4);
export const LEAST_DISK = gibibytes(10);

export async function checkCapacity(app: App, engine: EngineFacts): Promise<Problem[]> {
  // What runs already has its memory and its disk.
  if (engine.deployed) return [];
  const wanted = sizeOf(app);
  const memory = bytes(Math.max(LEAST_MEMORY, wanted.memory + PLATFORM_SIZE.memory));
  const disk = bytes(Math.max(LEAST_DISK, wanted.storage + PLATFORM_SIZE.storage));
  const [freeMemory, freeDisk] = [memoryFree(engine), await diskFree(engine)];
  return [
    ...(freeMemory < memory ? [tooLittle("memory", freeMemory, memory, "services.*.reserve.memory")] : []),
    ...(freeDisk !== undefined && freeDisk < disk
      ? [tooLittle("disk", freeDisk, disk, "data.*.storage", engine.root)]
      : []),
  ];
}

/** Memory that the kernel can give away; the engine's total where it runs on another machine. */
function memoryFree({ root, memory }: EngineFacts): Bytes {
  if (!root) return bytes(memory);
  const available = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
  return bytes(available ? Number(available) * 1024 : memory);
}

async function diskFree({ root }: EngineFacts): Promise<Bytes | undefined> {
  if (!root) return undefined;
  const { bavail, bsize } = await statfs(root);
  return bytes(bavail * bsize);
}

function tooLittle(what: string, free: Bytes, wanted: Bytes, keys: string, where?: string): Problem {
  return {
    path: ["atelier:target"],
    what: `the Docker host has ${gib(free)} of free ${what}${where ? ` in ${where}` : ""}, this app needs ${gib(wanted)}`,
    remedy: `free some, use a larger host, or lower ${keys} in app.yaml`,
  };
}

const gib = (size: Bytes) => `${(size / 1024 ** 3).toFixed(1)} GiB`;

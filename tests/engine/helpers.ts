/** Temporary folders, scripts that stand in for programs, and a quiet progress. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { createProgress, type Progress } from "../../bootstrap/progress.mjs";

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "atelier-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes an executable shell script. */
export async function script(path: string, body: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

/** A progress whose lines are collected. */
export function quietProgress(): Progress & { readonly lines: string[] } {
  const lines: string[] = [];
  return { ...createProgress({ write: (text: string) => lines.push(text) }), lines };
}

/** Serves fixed answers: path → body, or 404. */
export async function serve(answers: Readonly<Record<string, Buffer | string>>): Promise<string> {
  const server = createServer((request, response) => {
    const body = answers[request.url ?? ""];
    response.statusCode = body === undefined ? 404 : 200;
    response.end(body ?? "");
  });
  await listen(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function listen(server: Server, at: number | string = 0): Promise<void> {
  await new Promise<void>((resolve) => server.listen(at, () => resolve()));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
}

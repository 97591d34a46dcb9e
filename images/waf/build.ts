/** Compiles the WAF agent on this machine, for hosts whose containers cannot reach the Go module proxy. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, glob, mkdir, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const SOURCE = import.meta.dirname;
/** The rules are inside the program, and it may write nowhere. */
const TAGS = "no_fs_access";

export interface WafBuild {
  /** Docker build context: the program and its Dockerfile. */
  readonly context: string;
  /** Hash of the source. */
  readonly version: string;
}

/** Compiles into a folder below `outDir` that is named after the source's hash; a second call finds it there.
 *
 * @param outDir folder for builds, made when absent
 * @param go path of the Go program, 1.25 or newer
 * @throws with the compiler's own words when the build fails
 */
export async function buildWaf(outDir: string, go = "go"): Promise<WafBuild> {
  const version = await sourceHash();
  const context = join(outDir, `waf-${version}`);
  const program = join(context, "waf");
  if (await exists(program)) return { context, version };
  await mkdir(context, { recursive: true });
  // Moved into place when complete, so that a build that was cut off is not taken for one.
  const unfinished = `${program}.${process.pid}`;
  await run(go, ["build", "-trimpath", "-tags", TAGS, "-ldflags", "-s -w", "-o", unfinished, "."], {
    cwd: SOURCE,
    env: { ...process.env, CGO_ENABLED: "0", GOOS: "linux" },
  });
  await copyFile(join(SOURCE, "Dockerfile.prebuilt"), join(context, "Dockerfile"));
  await rename(unfinished, program);
  return { context, version };
}

/** Hash of everything that the program is made of. */
export async function sourceHash(): Promise<string> {
  const hash = createHash("sha256").update(TAGS);
  const files: string[] = [];
  for await (const file of glob("{**/*.go,**/*.conf,go.mod,go.sum,Dockerfile.prebuilt}", { cwd: SOURCE })) {
    if (!file.endsWith("_test.go")) files.push(file);
  }
  for (const file of files.sort()) hash.update(`${file}\0`).update(await readFile(join(SOURCE, file)));
  return hash.digest("hex").slice(0, 12);
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

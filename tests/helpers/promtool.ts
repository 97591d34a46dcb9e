/** Prometheus' and Alertmanager's own checkers: from the PATH, else from a small image built once. */
import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const IMAGE = "atelier-test-promtool:12";
const DOCKERFILE = `FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends prometheus prometheus-alertmanager
`;

export type Checker = "promtool" | "amtool";

/** Runs a checker in a folder that holds these files. `output` is all that it says. */
export async function check(
  checker: Checker,
  args: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<{ readonly ok: boolean; readonly output: string }> {
  const folder = mkdtempSync(join(tmpdir(), "atelier-promtool-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const [program, ...rest] = commandFor(checker, folder);
    const { stdout, stderr } = await run(program ?? checker, [...rest, ...args], {
      cwd: folder,
      timeout: 120_000,
    });
    return { ok: true, output: stdout + stderr };
  } catch (error) {
    const { stdout = "", stderr = String(error) } = error as { stdout?: string; stderr?: string };
    return { ok: false, output: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function commandFor(checker: Checker, folder: string): string[] {
  if (spawnSync(checker, ["--version"]).status === 0) return [checker];
  const built = spawnSync("docker", ["build", "--network", "host", "-t", IMAGE, "-"], { input: DOCKERFILE });
  if (built.status !== 0) {
    throw new Error(`${checker} is neither on the PATH nor can it be built in Docker: ${built.stderr}`);
  }
  return [
    "docker",
    "run",
    "--rm",
    "--network",
    "none",
    "-v",
    `${folder}:/work`,
    "-w",
    "/work",
    IMAGE,
    checker,
  ];
}

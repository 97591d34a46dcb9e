/** Prometheus' and Alertmanager's own checkers: from the PATH, else from Debian's packages. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { unpackedProgram } from "./packages.ts";

const run = promisify(execFile);

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
    const { stdout, stderr } = await run(commandFor(checker), [...args], {
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

const PACKAGES: Readonly<Record<Checker, string>> = {
  promtool: "prometheus",
  amtool: "prometheus-alertmanager",
};

function commandFor(checker: Checker): string {
  return unpackedProgram(checker, PACKAGES[checker]);
}

/** Asks all providers of a plan, side by side. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../../engine/command.ts";
import { type Asked, askProvider } from "./check.ts";
import { openEngineService } from "./engine.ts";
import type { Finding } from "./model.ts";
import type { Got } from "./plugins.ts";
import type { PlannedProvider } from "./providers.ts";
import { readLog } from "./reasons.ts";

export interface Answers {
  readonly asked: readonly Asked[];
  /** What all of them said and logged. */
  readonly findings: readonly Finding[];
}

/** @param timeout seconds that a start, and each answer, may take */
export async function askAll(
  providers: readonly PlannedProvider[],
  plugins: ReadonlyMap<string, Got>,
  { env, timeout }: { readonly env: Environment; readonly timeout: number },
): Promise<Answers> {
  const base = await mkdtemp(join(tmpdir(), "atelier-verify-"));
  const engine = await openEngineService();
  try {
    const asked = await Promise.all(
      providers.map(async (provider, index) => {
        const plugin = plugins.get(provider.package)?.plugin ?? "it was not looked for";
        if (typeof plugin === "string") return unasked(provider, plugin);
        const folder = join(base, String(index));
        await mkdir(folder);
        return askProvider(provider, plugin, { engine, env, folder, timeout: timeout * 1000 });
      }),
    );
    const said = asked.flatMap(({ findings }) => findings);
    return { asked, findings: [...said, ...logged(engine.lines.map(readLog), said)] };
  } finally {
    engine.close();
    await rm(base, { recursive: true, force: true });
  }
}

const unasked = (provider: PlannedProvider, failure: string): Asked => ({
  provider,
  findings: [],
  checked: 0,
  failure,
  startSeconds: 0,
  checkSeconds: 0,
});

/** What plugins only logged: an error that came as an answer too is left out. */
function logged(lines: readonly (Finding | undefined)[], said: readonly Finding[]): Finding[] {
  const failed = new Set(said.map(({ urn }) => urn));
  return lines.filter(
    (line): line is Finding => line !== undefined && (line.severity === "warning" || !failed.has(line.urn)),
  );
}

/** `atelier engine`: which Pulumi engine a project uses, and where it comes from. */
import { createProgress } from "../../bootstrap/progress.mjs";
import { Stop } from "../../bootstrap/stop.mjs";
import { findBackend, pulumiHome } from "../../engine/backend.ts";
import { type Engine, findEngine } from "../../engine/ensure.ts";
import { ownFolder, projectFolder } from "../../engine/folders.ts";
import { openEngine } from "../../engine/open.ts";
import { releaseDigestLines } from "../../engine/release.ts";

const origins = {
  installed: "installed on this machine",
  release: "the official release",
  built: "built from Go modules",
} as const satisfies Record<Engine["origin"], string>;

interface EngineOptions {
  readonly install?: boolean | undefined;
  readonly env?: boolean | undefined;
  readonly digests?: unknown;
}

export async function runEngine(args: EngineOptions): Promise<void> {
  const project = await projectFolder(process.cwd());
  if (args.env) {
    const opened = await openEngine({
      project,
      env: process.env,
      progress: createProgress(process.stderr),
    });
    console.log(exportLines(process.env, opened.env).join("\n"));
    return;
  }
  if (args.digests) {
    console.log((await readDigests()).join("\n"));
    return;
  }
  if (args.install) await openEngine({ project, env: process.env, progress: createProgress() });
  for (const [name, value] of await describe(project)) console.log(`${name.padEnd(9)} ${value}`);
}

async function readDigests(): Promise<readonly string[]> {
  return releaseDigestLines(process.env).catch((error: Error) => {
    throw new Stop(
      `the release's checksums can't be read: ${error.message}; try where github.com can be reached`,
    );
  });
}

async function describe(project: string): Promise<readonly (readonly [string, string])[]> {
  const found = await findEngine(process.env);
  const where = { env: process.env, project, own: await ownFolder(project) };
  const backend = await findBackend(where);
  const home = await pulumiHome(where);
  return [
    typeof found === "string"
      ? ["Pulumi", `none yet (${found}); npx atelier engine --install gets it`]
      : ["Pulumi", `${found.version}, ${origins[found.origin]}: ${found.pulumi}`],
    ["Node", `${process.versions.node}: ${process.execPath}`],
    ["Home", home.path],
    ["State", backend.kind === "embedded" ? backend.url : `${backend.url} (by ${backend.by})`],
  ];
}

/** What differs between two environments, as lines for a shell. */
export function exportLines(
  before: Readonly<Record<string, string | undefined>>,
  after: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  return Object.entries(after).flatMap(([name, value]) =>
    value === undefined || before[name] === value
      ? []
      : [`export ${name}='${value.replaceAll("'", "'\\''")}'`],
  );
}

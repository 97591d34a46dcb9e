/** The checkers that workflows have to pass: actionlint with shellcheck, zizmor, and GitLab's own schema. All are pinned;
 * one that can't be had fails the test with one line.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { createProgress } from "../../bootstrap/progress.mjs";
import { lastWords, type Ran, run } from "../../engine/command.ts";
import { cacheFolder, currentPlatform } from "../../engine/folders.ts";
import { findGo } from "../../engine/go.ts";
import type { Platform } from "../../engine/pins.ts";
import { unpackedProgram } from "../helpers/packages.ts";
import { unpackedWheel, type Wheel } from "../helpers/wheels.ts";

const MODULE = join(import.meta.dirname, "actionlint");

/** Built from its Go module, which tests/ci/actionlint pins with all that it is made of. */
async function actionlintProgram(): Promise<string> {
  const cache = join(cacheFolder(process.env), "test-programs");
  const pinned = createHash("sha256")
    .update(await readFile(join(MODULE, "go.sum")))
    .digest("hex");
  const program = join(cache, `actionlint-${pinned.slice(0, 12)}`, "actionlint");
  if (existsSync(program)) return program;
  const progress = createProgress(process.stderr);
  const go = await findGo({
    env: process.env,
    platform: currentPlatform(),
    folder: join(cache, "go"),
    progress,
  });
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, "actionlint-"));
  const env = { ...process.env, ...go.caches, GOTOOLCHAIN: go.toolchain, GOFLAGS: "", CGO_ENABLED: "0" };
  const args = ["build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-o", join(work, "actionlint")];
  const built = await run(go.path, [...args, "github.com/rhysd/actionlint/cmd/actionlint"], {
    cwd: MODULE,
    env,
  });
  if (built.code !== 0) {
    throw new Error(`actionlint is missing and could not be built: ${lastWords(built.stderr)}`);
  }
  if (!existsSync(program)) await rename(work, dirname(program));
  return program;
}

const zizmorWheels: Readonly<Record<Platform, Wheel>> = {
  "linux-x64": {
    project: "zizmor",
    file: "zizmor-1.32.0-py3-none-manylinux_2_28_x86_64.whl",
    sha256: "84a6acb975accc13408786a2bd274b572537ca19c933ebbc13e78f3988562071",
  },
  "linux-arm64": {
    project: "zizmor",
    file: "zizmor-1.32.0-py3-none-manylinux_2_24_aarch64.whl",
    sha256: "0cdd38fca6eb34ceb567548548d706332e3535ea66894b9168c048e03207b68c",
  },
  "darwin-x64": {
    project: "zizmor",
    file: "zizmor-1.32.0-py3-none-macosx_10_12_x86_64.whl",
    sha256: "aa4b4e216321dd5cf202cd79fc83296468f0eed79d850cd65ac8187a6bbc5496",
  },
  "darwin-arm64": {
    project: "zizmor",
    file: "zizmor-1.32.0-py3-none-macosx_11_0_arm64.whl",
    sha256: "0a999c98015becd9f69919ce01febadfb1c2be9b8ec2ce9ef7eb13ff23ba8eba",
  },
};

/** Carries the schemas that GitLab and SchemaStore publish, as of its release. */
const schemasWheel: Wheel = {
  project: "check-jsonschema",
  file: "check_jsonschema-0.39.0-py3-none-any.whl",
  sha256: "14ce5c94871c551268ea948ffe21e9f1464dc48fb20bf9a4c13deeaaf756cf9b",
};

async function zizmorProgram(): Promise<string> {
  const folder = await unpackedWheel(zizmorWheels[currentPlatform()], (entry) =>
    entry.endsWith("/scripts/zizmor"),
  );
  return join(folder, "zizmor-1.32.0.data/scripts/zizmor");
}

/** What actionlint and shellcheck say of workflows; empty when they have nothing to say. */
export async function actionlint(files: Readonly<Record<string, string>>): Promise<string> {
  const program = await actionlintProgram();
  const shellcheck = unpackedProgram("shellcheck", "shellcheck");
  return inRepository(files, async (folder, names) => {
    const args = ["-no-color", "-shellcheck", shellcheck, "-pyflakes", "", ...names];
    return said(await run(program, args, { env: process.env, cwd: folder }), [0, 1]);
  });
}

interface Finding {
  readonly ident: string;
  readonly desc: string;
}

/** What zizmor finds at its most severe, without asking the network: `ident: description`. */
export async function zizmor(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const program = await zizmorProgram();
  return inRepository(files, async (folder) => {
    const args = ["--offline", "--persona=auditor", "--format=json", "--no-progress", "--quiet", folder];
    const ran = await run(program, args, { env: process.env });
    if (!ran.stdout.trimStart().startsWith("[")) throw new Error(`zizmor: ${lastWords(ran.stderr)}`);
    return (JSON.parse(ran.stdout) as readonly Finding[]).map(({ ident, desc }) => `${ident}: ${desc}`);
  });
}

async function inRepository<T>(
  files: Readonly<Record<string, string>>,
  work: (folder: string, names: readonly string[]) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "atelier-workflows-"));
  try {
    const workflows = join(folder, ".github", "workflows");
    await mkdir(workflows, { recursive: true });
    const names = Object.keys(files).map((name) => join(workflows, name));
    for (const [name, text] of Object.entries(files)) await writeFile(join(workflows, name), text);
    return await work(folder, names);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function said({ code, stdout, stderr }: Ran, expected: readonly number[]): string {
  if (!expected.includes(code)) throw new Error(`the checker itself failed: ${lastWords(stderr)}`);
  return stdout.trim();
}

/** Checks a parsed .gitlab-ci.yml against the schema that GitLab publishes for its own editor. */
export async function gitlabSchema(): Promise<ValidateFunction> {
  const inside = "check_jsonschema/builtin_schemas/vendor/gitlab-ci.json";
  const folder = await unpackedWheel(schemasWheel, (entry) => entry === inside);
  const schema = JSON.parse(await readFile(join(folder, inside), "utf8")) as object;
  // The schema has keywords of its own (markdownDescription) and formats for editors alone.
  return new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
}

/** Builds the engine from Go modules, where official downloads are closed.
 *
 * Every binary is built on its own and appears in its place whole, so that an interrupted build goes on where it
 * was. Sources are pinned by the go.sum files in engine/go.
 */
import { mkdir, rename, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import type { Progress } from "../bootstrap/progress.mjs";
import { type Environment, isExecutable, lastWords, run } from "./command.ts";
import { goModules } from "./folders.ts";
import type { Go } from "./go.ts";
import { pins } from "./pins.ts";

export interface Binary {
  readonly title: string;
  /** Folder below engine/go. */
  readonly module: string;
  /** Path below the engine's folder. */
  readonly output: string;
  readonly package: string;
  readonly tags: readonly string[];
  readonly ldflags: string;
  /** How long a build takes on two cores with nothing cached, downloads included. */
  readonly seconds: number;
  /** Packages that are compiled. */
  readonly packages: number;
}

export const dockerPlugin = `resource-docker-v${pins.dockerProvider}`;

/** In the order of their use. */
export const binaries: readonly Binary[] = [
  {
    title: "Pulumi CLI",
    module: "cli",
    output: "bin/pulumi",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    tags: ["osusergo", "grpcnotrace"],
    ldflags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pins.pulumi}`,
    seconds: 335,
    packages: 1700,
  },
  {
    title: "Node language host",
    module: "language-nodejs",
    output: "bin/pulumi-language-nodejs",
    package: "github.com/pulumi/pulumi/sdk/nodejs/cmd/pulumi-language-nodejs/v3",
    tags: [],
    ldflags: "-s -w",
    seconds: 30,
    packages: 260,
  },
  {
    title: "Docker provider",
    module: "docker-provider",
    output: `plugins/${dockerPlugin}/pulumi-resource-docker`,
    package: ".",
    tags: ["no_compose"],
    ldflags: "-s -w",
    seconds: 375,
    packages: 1900,
  },
];

export async function missingBinaries(folder: string, wanted = binaries): Promise<readonly Binary[]> {
  const built = await Promise.all(wanted.map(({ output }) => isExecutable(join(folder, output))));
  return wanted.filter((_, index) => !built[index]);
}

/** Builds what is missing in `folder`. @throws Error with the compiler's last words. */
export async function buildMissing(
  folder: string,
  go: Go,
  env: Environment,
  progress: Progress,
  wanted = binaries,
): Promise<void> {
  for (const binary of await missingBinaries(folder, wanted)) {
    const seconds = Math.round((binary.seconds * 2) / Math.max(1, availableParallelism()));
    await progress.step(`Building the ${binary.title}`, (tell) => build(binary, folder, go, env, tell), {
      seconds,
    });
  }
}

async function build(
  binary: Binary,
  folder: string,
  go: Go,
  env: Environment,
  tell: (detail: string) => void,
): Promise<void> {
  const output = join(folder, binary.output);
  const draft = join(folder, "drafts", binary.module);
  await mkdir(dirname(output), { recursive: true });
  await mkdir(dirname(draft), { recursive: true });
  const seen = { downloads: 0, packages: 0, last: "" };
  const onLine = (line: string) => {
    seen.last = line;
    if (line.startsWith("go: downloading")) seen.downloads++;
    else if (/^[\w./-]+$/.test(line)) seen.packages++;
    tell(
      seen.packages > 0
        ? `${seen.packages} of about ${binary.packages} packages`
        : `${seen.downloads} modules downloaded`,
    );
  };
  const { code, stderr } = await run(go.path, buildArguments(binary, draft), {
    env: buildEnvironment(env, go),
    cwd: join(goModules, binary.module),
    onLine,
  });
  if (code !== 0) throw new Error(`the ${binary.title} does not build: ${lastWords(stderr, 2)}`);
  await rename(draft, output);
  await rm(draft, { force: true });
}

function buildArguments(binary: Binary, output: string): readonly string[] {
  const tags = binary.tags.length > 0 ? ["-tags", binary.tags.join(",")] : [];
  const fixed = ["-mod=readonly", "-modcacherw", "-buildvcs=false", "-trimpath", "-v"];
  return ["build", ...fixed, ...tags, "-ldflags", binary.ldflags, "-o", output, binary.package];
}

/** Flags from outside could change what is built, and the checksum database lacks some of Pulumi's modules, whose
 * hashes go.sum holds. */
function buildEnvironment(env: Environment, go: Go): Environment {
  return {
    ...env,
    ...go.caches,
    GOTOOLCHAIN: go.toolchain,
    GOFLAGS: "",
    GOWORK: "off",
    GONOSUMDB: [env.GONOSUMDB, "github.com/pulumi/*"].filter(Boolean).join(","),
    CGO_ENABLED: "0",
  };
}

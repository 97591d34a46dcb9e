/** The package as npm makes it, and a project of somebody else's that has installed it. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./stack.ts";

const run = promisify(execFile);
const LARGE = { maxBuffer: 64 * 1024 ** 2 };

export interface Packed {
  readonly tarball: string;
  /** Bytes of the tarball. */
  readonly size: number;
  readonly files: readonly string[];
}

/** `npm pack`, in a copy of what git knows, because it exchanges package.json while it runs. */
export async function pack(into: string): Promise<Packed> {
  const copy = join(into, "repository");
  const { stdout: known } = await run("git", ["ls-files", "-co", "--exclude-standard"], {
    cwd: ROOT,
    ...LARGE,
  });
  const files = known.split("\n").filter((file) => file !== "" && !/^(tests|examples|bench)\//.test(file));
  for (const file of files) {
    await mkdir(dirname(join(copy, file)), { recursive: true });
    // A file that was deleted is still known until that is committed.
    await cp(join(ROOT, file), join(copy, file)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
  await symlink(join(ROOT, "node_modules"), join(copy, "node_modules"));
  const before = await readFile(join(copy, "package.json"), "utf8");
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", into], {
    cwd: copy,
    ...LARGE,
  });
  const after = await readFile(join(copy, "package.json"), "utf8");
  if (after !== before) throw new Error("npm pack left another package.json behind");
  // Scripts print above it.
  const [made] = JSON.parse(stdout.slice(stdout.indexOf("[\n"))) as {
    filename: string;
    size: number;
    files: { path: string }[];
  }[];
  if (!made) throw new Error(`npm pack made nothing:\n${stdout}`);
  return {
    tarball: join(into, made.filename),
    size: made.size,
    files: made.files.map(({ path }) => path).sort(),
  };
}

/** An empty project with the package in it, as a stranger would have it. */
export class Project {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async with(tarball: string): Promise<Project> {
    const folder = await mkdtemp(join(tmpdir(), "atelier-project-"));
    await writeFile(
      join(folder, "package.json"),
      '{ "name": "stranger", "private": true, "type": "module" }\n',
    );
    const args = ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", tarball];
    await run("npm", args, { cwd: folder, ...LARGE });
    return new Project(folder);
  }

  async write(file: string, text: string): Promise<void> {
    await writeFile(join(this.folder, file), text);
  }

  /** Checks a file by the strictest of TypeScript's settings, declarations of the package included; its complaints. */
  async check(file: string, { compiler = "typescript-7", options = MODERN } = {}): Promise<string> {
    const tsc = join(ROOT, "node_modules", compiler, "bin/tsc");
    const { stdout } = await run(process.execPath, [tsc, "--strict", "--noEmit", ...options, file], {
      cwd: this.folder,
      ...LARGE,
    }).catch((error: { stdout: string }) => error);
    return stdout;
  }

  /** Runs a program in a process of its own, without an engine; everything that it registers. */
  async registrations(program: string, config: Readonly<Record<string, string>>): Promise<Registration[]> {
    await this.write("mocked.mjs", MOCKED);
    const { stdout } = await run(process.execPath, ["mocked.mjs", `./${program}`, JSON.stringify(config)], {
      cwd: this.folder,
      ...LARGE,
    });
    return JSON.parse(stdout) as Registration[];
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

const MODERN = ["--module", "nodenext", "--target", "es2023"];
/** How Pulumi's own template has it: CommonJS, and modules found without `exports`. */
export const CLASSIC = {
  compiler: "typescript",
  options: [
    "--module",
    "commonjs",
    "--moduleResolution",
    "node",
    "--ignoreDeprecations",
    "6.0",
    "--target",
    "es2020",
  ],
};

export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What a stranger's own unit test would do. */
const MOCKED = `import { runtime } from "@pulumi/pulumi";
const [, , program, config] = process.argv;
const made = [];
runtime.setAllConfig(JSON.parse(config));
await runtime.setMocks(
  {
    newResource({ type, name, inputs }) {
      made.push({ type, name, inputs });
      return { id: name + "-id", state: { ...inputs, name: inputs.name ?? name, exitCode: 0, containerLogs: "" } };
    },
    call: () => ({}),
  },
  "stranger",
  "test",
);
await import(program);
await runtime.disconnect();
console.log(JSON.stringify(made.sort((a, b) => (a.type + a.name < b.type + b.name ? -1 : 1))));
`;

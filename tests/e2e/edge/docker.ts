/** Containers of one test run, by plain docker, all removed at its end. */
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export async function docker(...args: string[]): Promise<string> {
  const { stdout } = await run("docker", args, { maxBuffer: 64 * 1024 ** 2 });
  return stdout.trim();
}

export interface ContainerArgs {
  readonly image: string;
  /** The first may be `host`, where nothing has an alias. None at all when empty. */
  readonly networks: readonly string[];
  readonly alias: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Host folder or volume → path. */
  readonly mounts?: Readonly<Record<string, string>>;
  readonly publish?: readonly number[];
  readonly command?: readonly string[];
  readonly stopSignal?: string;
  readonly entrypoint?: string;
}

/** Everything that one test run makes; names begin with `prefix`. */
export class Sandbox {
  readonly prefix: string;
  readonly #folder: string;
  #count = 0;

  constructor(prefix: string, folder: string) {
    this.prefix = prefix;
    this.#folder = folder;
  }

  static async open(purpose: string): Promise<Sandbox> {
    const prefix = `atelier-test-${purpose}-${process.pid}`;
    const folder = await mkdtemp(join(tmpdir(), `${prefix}-`));
    await chmod(folder, 0o755);
    return new Sandbox(prefix, folder);
  }

  async network(name: string, internal = true): Promise<string> {
    const full = `${this.prefix}-${name}`;
    await docker("network", "create", ...(internal ? ["--internal"] : []), full);
    return full;
  }

  /** Starts a container hardened as in a deployment. Returns its name. */
  async start(args: ContainerArgs): Promise<string> {
    const name = await this.create(args);
    await docker("start", name);
    return name;
  }

  async create(args: ContainerArgs): Promise<string> {
    const name = `${this.prefix}-${args.alias}-${++this.#count}`;
    const folders = {
      ...(args.files && { [await this.#write(name, "config", args.files)]: "/run/config:ro" }),
      ...(args.secrets && { [await this.#write(name, "secrets", args.secrets)]: "/run/secrets:ro" }),
      ...args.mounts,
    };
    const [first = "none"] = args.networks;
    const named = first !== "none" && first !== "host";
    await docker(
      ...["create", "--name", name, "--read-only", "--init", "--cap-drop", "ALL"],
      ...["--security-opt", "no-new-privileges", "--tmpfs", "/tmp:mode=1777", "--memory", "512m"],
      ...["--network", first],
      ...(named ? ["--network-alias", args.alias] : []),
      ...Object.entries(folders).flatMap(([from, to]) => ["-v", `${from}:${to}`]),
      ...Object.entries(args.env ?? {}).flatMap(([key, value]) => ["-e", `${key}=${value}`]),
      ...(args.publish ?? []).flatMap((port) => ["-p", `127.0.0.1::${port}`]),
      ...(args.stopSignal ? ["--stop-signal", args.stopSignal] : []),
      ...(args.entrypoint ? ["--entrypoint", args.entrypoint] : []),
      args.image,
      ...(args.command ?? []),
    );
    for (const network of args.networks.slice(1)) {
      await docker("network", "connect", "--alias", args.alias, network, name);
    }
    return name;
  }

  async #write(name: string, kind: string, files: Readonly<Record<string, string>>): Promise<string> {
    const folder = join(this.#folder, name, kind);
    await mkdir(folder, { recursive: true });
    for (const [file, text] of Object.entries(files)) {
      await writeFile(join(folder, file), text, { mode: 0o444 });
    }
    return folder;
  }

  /** Removes containers, networks, volumes and files. */
  async close(): Promise<void> {
    const filter = ["--filter", `name=${this.prefix}`];
    for (const [list, remove] of [
      [
        ["ps", "-aq"],
        ["rm", "-f", "-v"],
      ],
      [
        ["network", "ls", "-q"],
        ["network", "rm"],
      ],
      [
        ["volume", "ls", "-q"],
        ["volume", "rm"],
      ],
    ] as const) {
      const ids = (await docker(...list, ...filter)).split("\n").filter(Boolean);
      if (ids.length > 0) await docker(...remove, ...ids);
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

export async function hostPort(container: string, port: number): Promise<number> {
  const [line = ""] = (await docker("port", container, String(port))).split("\n");
  return Number(line.split(":").at(-1));
}

export const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Waits until the check holds; fails with its last error. */
export async function until<T>(what: string, check: () => Promise<T | undefined>, ms = 20_000): Promise<T> {
  const end = Date.now() + ms;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const result = await check();
      if (result !== undefined) return result;
    } catch (error) {
      last = error;
    }
    await sleep(100);
  }
  throw new Error(`${what} did not happen within ${ms} ms`, { cause: last });
}

/** An example on the real engine and the real Docker host, under a name and on ports of its own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker, eventually as within } from "../../helpers/docker.ts";
import { type Answer, askDoor, jsonOf } from "../../helpers/door.ts";
import { ROOT, TestStack } from "../../helpers/stack.ts";

/** Asks again for as long as a first scrape may take. */
export const eventually = <T>(what: () => Promise<T>): Promise<T> => within(what, 45_000);

export interface ExampleOptions {
  /** Folder below examples/. */
  readonly folder: string;
  /** Name of the app in its app.yaml, and the one that it gets here. */
  readonly rename: readonly [from: string, to: string];
  readonly ports: { readonly http: number; readonly https: number };
  /** Host port per service and tool. */
  readonly publish: Readonly<Record<string, number>>;
  /** Values of the app's required secrets. */
  readonly secrets: Readonly<Record<string, string>>;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly token?: string;
}

export class Example {
  readonly #options: ExampleOptions;
  #folder = "";
  #stack: TestStack | undefined;

  constructor(options: ExampleOptions) {
    this.#options = options;
  }

  /** Prefix of every name on the host. */
  get stackName(): string {
    return `${this.#options.rename[1]}-dev`;
  }

  async create(): Promise<void> {
    const { folder, rename, ports, publish, secrets } = this.#options;
    const source = join(ROOT, "examples", folder);
    this.#folder = mkdtempSync(join(tmpdir(), `atelier-${folder}-`));
    const app = join(this.#folder, "app.yaml");
    const text = readFileSync(join(source, "app.yaml"), "utf8")
      .replace(new RegExp(`^name: ${rename[0]}$`, "m"), `name: ${rename[1]}`)
      .replaceAll(/(?<=[\s{[])\.\//g, `${source}/`);
    writeFileSync(app, text);
    this.#stack = await TestStack.create({
      config: {
        "atelier:app": app,
        "atelier:environment": "dev",
        "atelier:target": "docker",
        "atelier:docker": { ports: { ...ports, address: "127.0.0.1" }, publish },
      },
      secrets: Object.fromEntries(
        Object.entries(secrets).map(([name, value]) => [`atelier:secrets.${name}`, value]),
      ),
    });
  }

  get stack(): TestStack {
    if (!this.#stack) throw new Error("The example was not deployed.");
    return this.#stack;
  }

  async remove(): Promise<void> {
    await this.#stack?.remove();
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
  }

  /** One request through the door. */
  ask(path: string, { method = "GET", headers = {}, body, json, token }: Ask = {}): Promise<Answer> {
    const { https } = this.#options.ports;
    const content = json === undefined ? body : JSON.stringify(json);
    return askDoor({
      port: https,
      path,
      method,
      servername: "localhost",
      headers: {
        host: `localhost:${https}`,
        ...(json === undefined ? {} : { "content-type": "application/json" }),
        ...(content === undefined ? {} : { "content-length": String(Buffer.byteLength(content)) }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(content !== undefined && { body: content }),
    });
  }

  askJson<T>(path: string, options?: Ask): Promise<T> {
    return jsonOf(path, this.ask(path, options));
  }

  /** The one running container of a part. */
  async container(part: string): Promise<string> {
    const [name, ...more] = await this.list("ps", "--format={{.Names}}", [
      `label=atelier.name=${part}`,
      "label=atelier.run=always",
    ]);
    if (name === undefined || more.length > 0) throw new Error(`not one container of ${part} runs`);
    return name;
  }

  /** Restarts a part and waits until it is well. */
  async restart(part: string): Promise<void> {
    const name = await this.container(part);
    await docker("restart", name);
    await eventually(async () => {
      const { stdout } = await docker("inspect", "--format={{.State.Health.Status}}", name);
      if (stdout.trim() !== "healthy") throw new Error(`${part} is ${stdout.trim()}`);
    });
  }

  /** Value of a PromQL query that has one. */
  async measured(query: string): Promise<number> {
    const url = `http://127.0.0.1:${this.#options.publish.prometheus}/prometheus/api/v1/query?query=${encodeURIComponent(query)}`;
    const { data } = (await (await fetch(url)).json()) as {
      data: { result: { value: [number, string] }[] };
    };
    const [found] = data.result;
    if (!found) throw new Error(`nothing is measured by ${query}`);
    return Number(found.value[1]);
  }

  /** Everything of this deployment that is on the host. */
  async leftovers(): Promise<string[]> {
    const images = (await docker("images", "--format={{.Repository}}")).stdout.split("\n");
    const kinds = [
      this.list("ps", "--all", "--format={{.Names}}"),
      this.list("network", "ls", "--format={{.Name}}"),
      this.list("volume", "ls", "--format={{.Name}}"),
    ];
    return [
      ...(await Promise.all(kinds)).flat(),
      ...images.filter((name) => name.startsWith(`${this.stackName}/`)),
    ];
  }

  private async list(...command: (string | readonly string[])[]): Promise<string[]> {
    const filters = [`label=atelier.stack=${this.stackName}`, ...command.filter(Array.isArray).flat()];
    const words = command.filter((word) => typeof word === "string");
    const { stdout } = await docker(...words, ...filters.flatMap((filter) => ["--filter", String(filter)]));
    return stdout.split("\n").filter(Boolean).sort();
  }
}

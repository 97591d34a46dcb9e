/** FlashFit AI on the real engine and the real Docker host, shared by the checks in this folder. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker } from "../../helpers/docker.ts";
import { type Answer, askDoor, jsonOf } from "../../helpers/door.ts";
import { ROOT, TestStack } from "../../helpers/stack.ts";

/** A deployment of its own beside one that may be running: other name, other ports. */
export const NAME = "flashfit-test";
export const STACK = `${NAME}-dev`;
export const PORTS = { http: 18080, https: 18443 };
const PUBLISH = {
  frontend: 13000,
  api: 18081,
  "api-metrics": 19092,
  encoder: 18000,
  "encoder-metrics": 19094,
  index: 19091,
  prometheus: 19090,
  grafana: 13001,
  alertmanager: 19093,
};

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly host?: string;
}

const EXAMPLE = join(ROOT, "examples/flashfit-ai");

/** The example's app.yaml under another name, so that it can stand beside a FlashFit that runs already. */
export const APP = join(mkdtempSync(join(tmpdir(), "atelier-flashfit-")), "app.yaml");
writeFileSync(
  APP,
  readFileSync(join(EXAMPLE, "app.yaml"), "utf8")
    .replace(/^name: flashfit$/m, `name: ${NAME}`)
    .replaceAll(/(?<=[\s{[])\.\//g, `${EXAMPLE}/`),
);

/** Stack config of the test deployment, with overrides of single keys of app.yaml. */
export function configOf(overrides: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    "atelier:app": APP,
    "atelier:environment": "dev",
    "atelier:target": "docker",
    "atelier:set": overrides,
    "atelier:docker": { ports: { ...PORTS, address: "127.0.0.1" }, publish: PUBLISH },
  };
}

export const SECRETS = { "atelier:secrets.OPENAI_API_KEY": "sk-placeholder-for-tests" };

export class FlashFit {
  readonly stack: TestStack;
  #overrides: Record<string, unknown> = {};

  /** Images of this name that an earlier run left behind. */
  readonly imagesBefore: readonly string[];

  private constructor(stack: TestStack, imagesBefore: readonly string[]) {
    this.stack = stack;
    this.imagesBefore = imagesBefore;
  }

  static async create(overrides?: Readonly<Record<string, unknown>>): Promise<FlashFit> {
    const stack = await TestStack.create({ config: configOf(overrides), secrets: SECRETS });
    return new FlashFit(stack, await ownImages());
  }

  /** Changes further keys of app.yaml in the stack's config. */
  change(overrides: Readonly<Record<string, unknown>>): Promise<void> {
    Object.assign(this.#overrides, overrides);
    return this.stack.configure(configOf(this.#overrides));
  }

  /** Takes every change back. */
  reset(): Promise<void> {
    this.#overrides = {};
    return this.change({});
  }

  async mustUp(...extra: string[]): Promise<void> {
    const up = await this.stack.up(...extra);
    if (up.code !== 0) throw new Error(`up failed:\n${up.text}`);
  }

  /** One request through the door. */
  ask(path: string, { method = "GET", headers = {}, body, host = "localhost" }: Ask = {}): Promise<Answer> {
    return askDoor({
      port: PORTS.https,
      path,
      method,
      servername: host,
      headers: { host, ...(body ? { "content-type": "application/json" } : {}), ...headers },
      ...(body !== undefined && { body }),
    });
  }

  askJson<T>(path: string, options?: Ask): Promise<T> {
    return jsonOf(path, this.ask(path, options));
  }

  /** Authorization header of an operator; the password is read in the way that the table of `npm start` tells. */
  async operator(): Promise<string> {
    const password = await this.inside("edge", ["cat", "/run/secrets/operators-password"]);
    return `Basic ${Buffer.from(`operator:${password.trim()}`).toString("base64")}`;
  }

  /** Names of the running containers of a service, newest last. */
  async containers(of: string): Promise<string[]> {
    const filters = [`label=atelier.stack=${STACK}`, `label=atelier.name=${of}`, "label=atelier.run=always"];
    const { stdout } = await docker(
      "ps",
      ...filters.flatMap((filter) => ["--filter", filter]),
      "--format={{.Names}}",
    );
    return stdout.split("\n").filter(Boolean).sort();
  }

  /** Runs a program inside the first container of a service and returns what it prints. */
  async inside(of: string, command: readonly string[]): Promise<string> {
    const [container] = await this.containers(of);
    if (!container) throw new Error(`no container of ${of} runs`);
    return (await docker("exec", container, ...command)).stdout;
  }
}

/** Images of the test deployment, with their tags. */
export async function ownImages(): Promise<string[]> {
  const { stdout } = await docker("images", "--format={{.Repository}}:{{.Tag}}");
  return stdout.split("\n").filter((name) => name.startsWith(`${STACK}/`));
}

/** Prometheus on its published port. */
export const PROMETHEUS = `http://127.0.0.1:${PUBLISH.prometheus}/prometheus`;

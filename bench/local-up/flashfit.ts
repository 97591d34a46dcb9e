/** FlashFit AI under a name and on ports of its own, so that it can stand beside another deployment. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT, TestStack } from "../../tests/helpers/stack.ts";

/** Value of the stack label of everything that the deployment makes. */
export const STACK = "flashfit-bench-dev";

/** Patterns of URNs: everything but images. */
const ALL_BUT_IMAGES = ["container:Container", "network:Network", "volume:Volume"].flatMap((type) => [
  "--target",
  `**docker:index/${type}::**`,
]);
const DOWN = ["destroy", "--yes", "--skip-preview", "--non-interactive", "--color=never"];

const NAME = "flashfit-bench";
const PORTS = { http: 28080, https: 28443 };
const PUBLISH = {
  frontend: 23000,
  api: 28081,
  "api-metrics": 29092,
  encoder: 28000,
  "encoder-metrics": 29094,
  index: 29091,
  prometheus: 29090,
  grafana: 23001,
  alertmanager: 29093,
};

export const DOOR = `https://127.0.0.1:${PORTS.https}/app/`;

export interface FlashFit {
  readonly stack: TestStack;
  /** The whole process of `pulumi up`. */
  up(): Promise<void>;
  /** Removes containers, networks and volumes; images stay. */
  down(): Promise<void>;
  /** Destroys the deployment with its images, and removes its folders. */
  close(): Promise<void>;
}

export async function openFlashFit(): Promise<FlashFit> {
  const folder = await mkdtemp(join(tmpdir(), "atelier-local-up-app-"));
  const app = join(folder, "app.yaml");
  await writeFile(app, await renamedExample());
  const stack = await TestStack.create({
    config: {
      "atelier:app": app,
      "atelier:environment": "dev",
      "atelier:target": "docker",
      "atelier:docker": { ports: { ...PORTS, address: "127.0.0.1" }, publish: PUBLISH },
    },
    secrets: { "atelier:secrets.OPENAI_API_KEY": "placeholder-for-measuring" },
  });
  return {
    stack,
    up: async () => {
      const { code, text } = await stack.up();
      if (code !== 0) throw new Error(`pulumi up ended with ${code}:\n${text.slice(-4000)}`);
    },
    down: async () => {
      await stack.must([...DOWN, ...ALL_BUT_IMAGES]);
    },
    close: async () => {
      await stack.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The example's app.yaml with absolute paths in place of those beside it. */
async function renamedExample(): Promise<string> {
  const example = join(ROOT, "examples/flashfit-ai");
  const text = await readFile(join(example, "app.yaml"), "utf8");
  return text.replace(/^name: flashfit$/m, `name: ${NAME}`).replaceAll(/(?<=[\s{[])\.\//g, `${example}/`);
}

/** `atelier logs`: what the services of a running deployment wrote, read by its keeper from its log files. */
import type Docker from "dockerode";
import { Stop } from "../../bootstrap/stop.mjs";
import { dockerClient, findDocker } from "../../engine/docker.ts";

export interface LogsQuestion {
  readonly services: readonly string[];
  readonly since: string;
  readonly follow?: boolean | undefined;
  readonly grep?: string | undefined;
  readonly json?: boolean | undefined;
}

interface LogsOptions extends LogsQuestion {
  readonly stack?: string | undefined;
}

export async function runLogs({ stack, ...question }: LogsOptions): Promise<void> {
  const docker = await connect();
  const keeper = await findKeeper(docker, stack);
  process.exitCode = await runInside(docker, keeper, keeperArguments(question));
}

/** The keeper's own command for a question. */
export function keeperArguments({ services, since, follow, grep, json }: LogsQuestion): string[] {
  return [
    "python3",
    "-m",
    "keeper",
    "logs",
    `--since=${since}`,
    ...(grep === undefined ? [] : [`--grep=${grep}`]),
    ...(follow ? ["--follow"] : []),
    ...(json ? ["--json"] : []),
    "--",
    ...services,
  ];
}

async function connect(): Promise<Docker> {
  const engine = await findDocker(process.env);
  if (typeof engine === "string") {
    throw new Stop(`no Docker engine answers (${engine}); start Docker, then npm start`);
  }
  return dockerClient(engine.host);
}

/** Id of the keeper's container.
 * @throws Stop when no deployment runs, or several do and none is named
 */
async function findKeeper(docker: Docker, stack: string | undefined): Promise<string> {
  const label = ["atelier.part=keeper", "atelier.name=keeper", ...(stack ? [`atelier.stack=${stack}`] : [])];
  const keepers = await docker.listContainers({ filters: { label, status: ["running"] } });
  const [keeper, ...others] = keepers;
  if (!keeper) {
    throw new Stop(
      stack
        ? `no deployment ${stack} runs on this Docker host; docker ps --filter label=atelier.stack shows what does`
        : "no deployment runs on this Docker host; npm start brings one up",
    );
  }
  if (others.length > 0) {
    const stacks = keepers.map(({ Labels }) => Labels["atelier.stack"]).sort();
    throw new Stop(`several deployments run here: ${stacks.join(", ")}; name one with --stack ${stacks[0]}`);
  }
  return keeper.Id;
}

/** Runs a command in a container on this process's output; returns its exit code. When this process ends, the
 * command's standard input does, and with it the command. */
async function runInside(docker: Docker, container: string, command: readonly string[]): Promise<number> {
  const exec = await docker.getContainer(container).exec({
    Cmd: [...command],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: true });
  docker.modem.demuxStream(stream, process.stdout, process.stderr);
  // A reader that has seen enough, such as `head`.
  process.stdout.on("error", () => stream.destroy());
  process.once("SIGINT", () => stream.destroy());
  await new Promise<void>((ended) => {
    stream.on("end", ended);
    stream.on("close", ended);
    stream.on("error", () => ended());
  });
  const { ExitCode } = await exec.inspect();
  return ExitCode ?? 0;
}

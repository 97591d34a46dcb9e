/** The command line `atelier`: one file per command, loaded when it is called. */
import { type CommandDef, defineCommand, runCommand, type SubCommandsDef, showUsage } from "citty";
import { describeFailure } from "../../bootstrap/stop.mjs";

const commands = {
  config: () => import("./config.ts").then(({ config }) => config),
  engine: () => import("./engine.ts").then(({ engine }) => engine),
  start: () => import("./start.ts").then(({ start }) => start),
  down: () => import("./down.ts").then(({ down }) => down),
  secrets: () => import("./secrets.ts").then(({ secrets }) => secrets),
  trust: () => import("./trust.ts").then(({ trust }) => trust),
  logs: () => import("./logs.ts").then(({ logs }) => logs),
  keys: () => import("./keys.ts").then(({ keys }) => keys),
  pulumi: () => import("./pulumi.ts").then(({ pulumi }) => pulumi),
} satisfies SubCommandsDef;

const main = defineCommand({
  meta: {
    name: "atelier",
    description: "Infrastructure for AI applications: one app.yaml, many places to run",
  },
  subCommands: commands,
});

/** Runs the command line and returns the exit code. */
export async function atelier(rawArgs: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const asked = rawArgs.slice(0, rawArgs.includes("--") ? rawArgs.indexOf("--") : undefined);
    if (
      rawArgs.length === 0 ||
      (rawArgs[0] !== "pulumi" && asked.some((arg) => arg === "--help" || arg === "-h"))
    ) {
      await help(rawArgs[0]);
      return 0;
    }
    const { result } = await runCommand(main, { rawArgs: [...rawArgs] });
    return typeof result === "number" ? result : Number(process.exitCode ?? 0);
  } catch (error) {
    const unknown = (error as { code?: string }).code === "E_UNKNOWN_COMMAND";
    const known = `there is no command ${rawArgs[0]}; allowed: ${Object.keys(commands).join(", ")}`;
    process.stderr.write(`${unknown ? known : describeFailure(error, env)}\n`);
    return 1;
  }
}

async function help(name: string | undefined): Promise<void> {
  const load =
    name !== undefined && Object.hasOwn(commands, name) ? commands[name as keyof typeof commands] : undefined;
  const command: unknown = load ? await load() : main;
  await showUsage(command as CommandDef, load ? main : undefined);
}

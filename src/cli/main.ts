/** The command line `atelier`. The words of each command are in a file of ./commands/, which loads what the command does
 * only when it runs: help and completion ask for the words alone.
 */
import { defineCommand, runCommand, type SubCommandsDef } from "citty";
import { describeFailure } from "../../bootstrap/stop.mjs";
import { suggest } from "../config/suggest.ts";

const commands = {
  config: () => import("./commands/config.ts").then(({ config }) => config),
  engine: () => import("./commands/engine.ts").then(({ engine }) => engine),
  start: () => import("./commands/start.ts").then(({ start }) => start),
  down: () => import("./commands/down.ts").then(({ down }) => down),
  secrets: () => import("./commands/secrets.ts").then(({ secrets }) => secrets),
  trust: () => import("./commands/trust.ts").then(({ trust }) => trust),
  logs: () => import("./commands/logs.ts").then(({ logs }) => logs),
  plan: () => import("./commands/plan.ts").then(({ plan }) => plan),
  cost: () => import("./commands/cost.ts").then(({ cost }) => cost),
  graph: () => import("./commands/graph.ts").then(({ graph }) => graph),
  policies: () => import("./commands/policies.ts").then(({ policies }) => policies),
  keys: () => import("./commands/keys.ts").then(({ keys }) => keys),
  ci: () => import("./commands/ci.ts").then(({ ci }) => ci),
  preview: () => import("./commands/preview.ts").then(({ preview }) => preview),
  smoke: () => import("./commands/smoke.ts").then(({ smoke }) => smoke),
  rehearse: () => import("./commands/rehearse.ts").then(({ rehearse }) => rehearse),
  recover: () => import("./commands/recover.ts").then(({ recover }) => recover),
  completion: () => import("./commands/completion.ts").then(({ completion }) => completion),
  pulumi: () => import("./commands/pulumi.ts").then(({ pulumi }) => pulumi),
} satisfies SubCommandsDef;

export const main = defineCommand({
  meta: {
    name: "atelier",
    description: "Infrastructure for AI applications: one app.yaml, many places to run",
  },
  subCommands: commands,
});

/** Runs the command line and returns the exit code. */
export async function atelier(rawArgs: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    if (rawArgs[0] === "complete") return await complete(rawArgs);
    if (asksForHelp(rawArgs)) {
      const { helpText } = await import("./help.ts");
      process.stdout.write(await helpText(main, rawArgs, { colors: process.stdout.isTTY === true }));
      return 0;
    }
    const { result } = await runCommand(main, { rawArgs: [...rawArgs] });
    return typeof result === "number" ? result : Number(process.exitCode ?? 0);
  } catch (error) {
    process.stderr.write(`${(await misnamed(error, rawArgs)) ?? describeFailure(error, env)}\n`);
    return 1;
  }
}

/** What is wrong with the words that should name a command, when that is what is wrong. */
async function misnamed(error: unknown, rawArgs: readonly string[]): Promise<string | undefined> {
  const { code } = error as { readonly code?: unknown };
  if (code !== "E_UNKNOWN_COMMAND" && code !== "E_NO_COMMAND") return undefined;
  const { findCommand } = await import("./command-tree.ts");
  const { command, rest } = await findCommand(main, rawArgs);
  const called = ["atelier", ...command.words].join(" ");
  const what =
    rest[0] === undefined
      ? `${called} needs a command`
      : `there is no command ${[...command.words, rest[0]].join(" ")}`;
  const names = Object.keys(command.below);
  const near = rest[0] === undefined ? undefined : suggest(rest[0], names);
  return `${what}; allowed: ${names.join(", ")}; ${near ? `did you mean ${near}?` : `${called} --help says more`}`;
}

/** What follows `--` is another program's, and so is everything after `pulumi` but a lone `--help`. */
function asksForHelp(rawArgs: readonly string[]): boolean {
  const isHelp = (arg: string | undefined) => arg === "--help" || arg === "-h";
  const own = rawArgs.slice(0, rawArgs.includes("--") ? rawArgs.indexOf("--") : undefined);
  return rawArgs.length === 0 || (rawArgs[0] === "pulumi" ? isHelp(rawArgs[1]) : own.some(isHelp));
}

/** `complete -- WORDS`: what a shell's script asks. */
async function complete(rawArgs: readonly string[]): Promise<number> {
  const [{ answerCompletion }, { targets }] = await Promise.all([
    import("./complete.ts"),
    import("../../stacks/targets.ts"),
  ]);
  const words = rawArgs.slice(rawArgs[1] === "--" ? 2 : 1);
  await answerCompletion(main, words, { folder: process.cwd(), targets: Object.keys(targets) });
  return 0;
}

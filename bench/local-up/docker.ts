/** What the benchmark asks of Docker itself. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** @throws Error with what Docker said. */
export async function docker(...args: string[]): Promise<string> {
  const { stdout } = await run("docker", args, { maxBuffer: 1 << 26 });
  return stdout.trim();
}

/** Removes what is left of a stack, whoever made it: containers, networks and volumes by their label, images by name. */
export async function removeStack(stack: string): Promise<void> {
  const label = `label=atelier.stack=${stack}`;
  const leftovers = [
    { list: ["ps", "--all", "--quiet", "--filter", label], remove: ["rm", "--force", "--volumes"] },
    { list: ["network", "ls", "--quiet", "--filter", label], remove: ["network", "rm"] },
    { list: ["volume", "ls", "--quiet", "--filter", label], remove: ["volume", "rm"] },
    { list: ["images", "--format", "{{.Repository}}:{{.Tag}}", `${stack}/*`], remove: ["rmi"] },
  ];
  for (const { list, remove } of leftovers) {
    const found = (await docker(...list)).split("\n").filter(Boolean);
    if (found.length > 0) await docker(...remove, ...found);
  }
}

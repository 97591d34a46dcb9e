/** A Docker daemon that is started and stopped by us, where no service manager does it. */
import { spawn } from "node:child_process";
import { mkdir, open, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";
import { Stop } from "../bootstrap/stop.mjs";
import { type Environment, findOnPath, lastWords, run } from "./command.ts";
import { exists } from "./folders.ts";
import { isRunning, type StartedProcess, startTimeOf } from "./process.ts";

const patience = 60_000;
const socketPath = "/var/run/docker.sock";

function files(own: string) {
  const folder = join(own, "docker");
  return {
    folder,
    record: join(folder, "dockerd.json"),
    log: join(folder, "dockerd.log"),
    tools: join(folder, "sbin"),
  };
}

/** Starts dockerd so that it outlives this process, and waits until it answers.
 * @throws Stop with the reason from its log in one line.
 */
export async function startDaemon(own: string, env: Environment): Promise<void> {
  const { folder, log, tools } = files(own);
  await mkdir(folder, { recursive: true });
  await mountControlGroups(env);
  const first = await launch(own, env);
  if (first === "ready") return;
  if (isFirewallFault(first) && (await useLegacyTables(tools, env))) {
    const second = await launch(own, { ...env, PATH: [tools, env.PATH].join(delimiter) });
    if (second === "ready") return;
  }
  throw new Stop(explain(first, log));
}

/** Stops the daemon that startDaemon started from this project.
 * @returns whether there was one to stop; `"busy"` when containers still run on it, which then stays.
 */
export async function stopDaemon(
  own: string,
  { evenIfBusy = false } = {},
): Promise<"stopped" | "none" | "busy"> {
  const { record } = files(own);
  const daemon = await readDaemon(record);
  if (!daemon || !(await isRunning(daemon))) {
    await rm(record, { force: true });
    return "none";
  }
  const running = await new Docker({ socketPath }).listContainers().catch(() => []);
  if (running.length > 0 && !evenIfBusy) return "busy";
  await end(daemon);
  await rm(record, { force: true });
  return "stopped";
}

async function end(daemon: StartedProcess): Promise<void> {
  process.kill(daemon.pid, "SIGTERM");
  for (const until = Date.now() + 30_000; Date.now() < until; await sleep(200)) {
    if (!(await isRunning(daemon))) return;
  }
  process.kill(daemon.pid, "SIGKILL");
}

/** @returns `ready`, or the daemon's log when it ended or did not answer in time. */
async function launch(own: string, env: Environment): Promise<string> {
  const { record, log, folder } = files(own);
  const output = await open(log, "w");
  const child = spawn("dockerd", ["--pidfile", join(folder, "dockerd.pid")], {
    detached: true,
    stdio: ["ignore", output.fd, output.fd],
    env: env as NodeJS.ProcessEnv,
    cwd: "/",
  });
  child.on("error", () => undefined);
  child.unref();
  await output.close();
  const { pid } = child;
  if (pid === undefined) return "dockerd cannot be started";
  const startTime = (await startTimeOf(pid)) ?? "";
  await writeFile(record, JSON.stringify({ pid, startTime } satisfies StartedProcess));
  const docker = new Docker({ socketPath });
  for (const until = Date.now() + patience; Date.now() < until; await sleep(250)) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const answers = await docker.ping().then(
      () => true,
      () => false,
    );
    if (answers) return "ready";
  }
  if (child.exitCode === null && child.signalCode === null) await end({ pid, startTime });
  await rm(record, { force: true });
  return readFile(log, "utf8");
}

async function readDaemon(record: string): Promise<StartedProcess | undefined> {
  const text = await readFile(record, "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as StartedProcess);
}

/** The daemon's own words about a fault, as one line with what to do. */
export function explain(log: string, logFile: string): string {
  const fatal =
    /^(?:failed to start daemon|Error starting daemon|.*level=fatal.*|unable to configure.*)$/m.exec(
      log,
    )?.[0];
  const words = lastWords(fatal ?? log) || "no message";
  if (isFirewallFault(log)) {
    return `dockerd can't set up its firewall rules (${words}); load the kernel's iptables modules (modprobe ip_tables iptable_nat) or run on a host that has them; its log is ${logFile}`;
  }
  if (/cgroup/i.test(log) && /(isn't mounted|not found|no cgroup mount)/i.test(log)) {
    return `dockerd finds no control groups (${words}); mount them (apt-get install cgroupfs-mount && cgroupfs-mount), then try again; its log is ${logFile}`;
  }
  if (/operation not permitted|permission denied/i.test(log)) {
    return `dockerd may not do what it needs here (${words}); run it in a privileged container or on a host, or set DOCKER_HOST to an engine elsewhere; its log is ${logFile}`;
  }
  return `dockerd did not start (${words}); its log is ${logFile}`;
}

function isFirewallFault(log: string): boolean {
  return /iptables.*(failed|not found|can't initialize|Could not fetch rule set)|Failed to initialize nft/i.test(
    log,
  );
}

/** Some kernels have the older tables only: puts iptables-legacy first on the daemon's PATH, changing nothing else. */
async function useLegacyTables(tools: string, env: Environment): Promise<boolean> {
  await mkdir(tools, { recursive: true });
  for (const name of ["iptables", "ip6tables"]) {
    const legacy = await findOnPath(`${name}-legacy`, env);
    if (!legacy) return false;
    await rm(join(tools, name), { force: true });
    await symlink(legacy, join(tools, name));
  }
  return true;
}

/** What dockerd asks of control groups v1. */
const CONTROLLERS = ["cpu", "cpuacct", "cpuset", "blkio", "memory", "devices", "freezer", "pids"];

/** Containers of a machine without a service manager may have no control groups mounted. The caller is root.
 *
 * A hierarchy that nobody on this kernel uses yet is left alone unless dockerd needs it: once it exists, every other
 * dockerd of the kernel sees its containers in it, does not find it mounted, and measures nothing any more.
 */
async function mountControlGroups(env: Environment): Promise<void> {
  const mounts = await readFile("/proc/mounts", "utf8");
  if (/ cgroup2? /.test(mounts)) return;
  const root = "/sys/fs/cgroup";
  if (!(await exists(root))) return;
  const isFolder = (await stat(root)).isDirectory();
  const table = await readFile("/proc/cgroups", "utf8").catch(() => "");
  const controllers = table.split("\n").flatMap((line) => {
    const [name, hierarchy, , enabled] = line.split("\t");
    const wanted = name && (CONTROLLERS.includes(name) || hierarchy !== "0");
    return wanted && enabled === "1" ? [name] : [];
  });
  if (!isFolder || controllers.length === 0) return;
  await run("mount", ["-t", "tmpfs", "-o", "uid=0,gid=0,mode=0755", "cgroup", root], { env });
  for (const name of controllers) {
    await mkdir(join(root, name), { recursive: true });
    await run("mount", ["-n", "-t", "cgroup", "-o", name, "cgroup", join(root, name)], { env });
  }
}

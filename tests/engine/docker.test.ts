import { createServer } from "node:http";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ensureDocker, findDocker, NoDocker } from "../../engine/docker.ts";
import { explain } from "../../engine/dockerd.ts";
import { listen, quietProgress, temporaryFolder } from "./helpers.ts";

it("finds the engine of a rootless Docker, and tells its address", async () => {
  const folder = await temporaryFolder();
  await engine(join(folder, "docker.sock"), "28.0.1");
  const found = await findDocker({ DOCKER_HOST: `unix://${folder}/docker.sock` });
  expect(found).toEqual({ host: `unix://${folder}/docker.sock`, version: "28.0.1" });
});

it("does not start another engine when DOCKER_HOST names one that is away", async () => {
  const env = { DOCKER_HOST: "unix:///nowhere/docker.sock" };
  await expect(ensureDocker({ env, own: "/nowhere", progress: quietProgress() })).rejects.toThrow(
    "no Docker engine answers at DOCKER_HOST=unix:///nowhere/docker.sock (ENOENT); start it, or unset DOCKER_HOST",
  );
});

it("says that none is to be had where nobody may install one", async () => {
  const folder = await temporaryFolder();
  const machine = { isRoot: false, socket: join(folder, "docker.sock") };
  const env = { HOME: folder, PATH: folder };
  const failure = await ensureDocker({ env, own: folder, progress: quietProgress(), machine }).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(NoDocker);
  expect((failure as Error).message).toMatch(/^Docker is not installed; /);
});

it.each([
  [
    'failed to start daemon: Error initializing network controller: failed to register "bridge" driver: iptables failed: can\'t initialize iptables table',
    "dockerd can't set up its firewall rules (failed to start daemon: Error initializing network controller: failed to register \"bridge\" driver: iptables failed: can't initialize iptables table); load the kernel's iptables modules (modprobe ip_tables iptable_nat) or run on a host that has them; its log is /log",
  ],
  [
    "time=1\nfailed to start daemon: Devices cgroup isn't mounted",
    "dockerd finds no control groups (failed to start daemon: Devices cgroup isn't mounted); mount them (apt-get install cgroupfs-mount && cgroupfs-mount), then try again; its log is /log",
  ],
  [
    "failed to start daemon: mkdir /var/lib/docker: permission denied",
    "dockerd may not do what it needs here (failed to start daemon: mkdir /var/lib/docker: permission denied); run it in a privileged container or on a host, or set DOCKER_HOST to an engine elsewhere; its log is /log",
  ],
  ["something else", "dockerd did not start (something else); its log is /log"],
  ["", "dockerd did not start (no message); its log is /log"],
])("explains a log that ends in %s", (log, expected) => expect(explain(log, "/log")).toBe(expected));

/** Stands in for an engine on a socket. */
async function engine(socket: string, version: string): Promise<void> {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ Version: version }));
  });
  await listen(server, socket);
}

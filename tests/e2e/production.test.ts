/** FlashFit AI in production on one Docker host: only the door is open, with the given certificate, and data outlives
 * the deployment unless somebody says otherwise.
 */
import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { docker, eventually } from "../helpers/docker.ts";
import { TestStack } from "../helpers/stack.ts";
import { APP, NAME, SECRETS } from "./flashfit/context.ts";

const run = promisify(execFile);
const STACK = `${NAME}-prod`;
const DOMAIN = "flashfit.example";
const PORTS = { http: 18090, https: 18453 };
const MINE = `label=atelier.stack=${STACK}`;

let folder = "";
let chain = "";
let stack: TestStack | undefined;

describe("FlashFit AI in production", () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "atelier-production-"));
    const key = await makeCertificate();
    const secrets = { ...SECRETS, "atelier:secrets.TLS_CHAIN": chain, "atelier:secrets.TLS_KEY": key };
    stack = await TestStack.create({ config: configOf(), secrets });
  });
  afterAll(async () => {
    await stack?.remove();
    await rm(folder, { recursive: true, force: true });
    const volumes = await list("volume", "ls", "--format={{.Name}}");
    if (volumes.length > 0) await docker("volume", "rm", "--force", ...volumes);
  });

  it("comes up in the number of instances that the preset and app.yaml ask for", async () => {
    await mustUp();
    const counts = Object.fromEntries(
      await Promise.all(
        ["api", "encoder", "frontend"].map(async (name) => [name, (await containers(name)).length]),
      ),
    );
    expect(counts).toEqual({ api: 3, encoder: 2, frontend: 2 });
  });

  it("opens the door's two ports on the host and nothing else", async () => {
    const ports = await list("ps", "--format={{.Names}} {{.Ports}}");
    const published = ports.flatMap((line) =>
      [...line.matchAll(/:(\d+)->/g)].map(([, port]) => [line.split(" ")[0]?.includes("door"), Number(port)]),
    );
    expect(published.sort()).toEqual([
      [true, PORTS.http],
      [true, PORTS.https],
    ]);
  });

  it("shows the certificate that was given as a secret", async () => {
    expect(await fingerprintAt(DOMAIN)).toBe(new X509Certificate(chain).fingerprint256);
  });

  it("sends plain HTTP to HTTPS", async () => {
    const { status, location } = await plain("/app/");
    expect([status, location]).toEqual([301, `https://${DOMAIN}:${PORTS.https}/app/`]);
  });

  it("says which promises one host keeps in part", async () => {
    const { differences } = (await must().outputs()).outputs as { differences: string[] };
    expect(differences).toContain("data.db: one host has no second machine to fail over to");
    expect(differences).toContain("data.db: backups are not made by the docker target");
    expect(differences).toContain("services.api: 3 of up to 6 instances run; one host does not autoscale");
  });

  it("keeps its data through destroy and a new up", async () => {
    await sql("CREATE TABLE kept (id int); INSERT INTO kept VALUES (42)");
    const destroy = await must().destroy();
    expect(destroy.code, destroy.text).toBe(0);
    expect(await list("ps", "-aq")).toEqual([]);
    expect(await list("network", "ls", "-q")).toEqual([]);
    expect(await list("volume", "ls", "--format={{.Name}}")).toEqual(
      expect.arrayContaining([`${STACK}-db`, `${STACK}-index`, `${STACK}-media`]),
    );
    await mustUp();
    expect(await eventually(() => sql("SELECT id FROM kept"))).toBe("42");
  });

  it("gives its data up when told to", async () => {
    await must().configure(configOf({ keepVolumes: false }));
    await mustUp();
    const destroy = await must().destroy();
    expect(destroy.code, destroy.text).toBe(0);
    expect(await list("volume", "ls", "--format={{.Name}}")).toEqual([]);
  });
});

function configOf(settings: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    "atelier:app": APP,
    "atelier:environment": "prod",
    "atelier:target": "docker",
    "atelier:docker": { ports: { ...PORTS, address: "127.0.0.1" }, ...settings },
  };
}

function must(): TestStack {
  if (!stack) throw new Error("The stack was not made.");
  return stack;
}

async function mustUp(): Promise<void> {
  const up = await must().up();
  expect(up.code, up.text).toBe(0);
}

/** Writes `chain`; returns the key. */
async function makeCertificate(): Promise<string> {
  const files = { key: join(folder, "key.pem"), chain: join(folder, "chain.pem") };
  const names = ["-subj", `/CN=${DOMAIN}`, "-addext", `subjectAltName=DNS:${DOMAIN}`];
  const output = ["-keyout", files.key, "-out", files.chain];
  await run("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...names, ...output]);
  chain = await readFile(files.chain, "utf8");
  return readFile(files.key, "utf8");
}

async function list(...command: string[]): Promise<string[]> {
  const { stdout } = await docker(...command, "--filter", MINE);
  return stdout.split("\n").filter(Boolean).sort();
}

const containers = (name: string) =>
  list(
    "ps",
    "--format={{.Names}}",
    "--filter",
    `label=atelier.name=${name}`,
    "--filter=label=atelier.run=always",
  );

async function sql(statement: string): Promise<string> {
  const [database = ""] = await containers("db");
  const script = 'PGPASSWORD=$(cat /run/secrets/admin) psql -XAtq -h /tmp -U atelier_admin -d db -c "$1"';
  return (await docker("exec", database, "sh", "-c", script, "sh", statement)).stdout.trim();
}

function fingerprintAt(servername: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port: PORTS.https, servername, rejectUnauthorized: false };
    const socket = connect(options, () => {
      resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? "");
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

function plain(path: string): Promise<{ status: number | undefined; location: string | undefined }> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port: PORTS.http, path, headers: { host: DOMAIN } };
    get(options, (response) => {
      resolve({ status: response.statusCode, location: response.headers.location });
      response.resume();
    }).once("error", reject);
  });
}

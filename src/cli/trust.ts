/** `atelier trust`: makes this machine's browsers and tools trust the certificate of a local deployment. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { Stop } from "../../bootstrap/stop.mjs";
import { NAME_LABEL, PART_LABEL, STACK_LABEL, stackOf } from "../../components/docker/deployment.ts";
import { AUTHORITY } from "../../components/docker/edge/layout.ts";
import { findOnPath, runAttached } from "../../engine/command.ts";
import { dockerClient, findDocker } from "../../engine/docker.ts";
import { projectFolder } from "../../engine/folders.ts";
import { appOfStack } from "./stack-app.ts";

interface TrustOptions {
  readonly stack: string;
  readonly print?: boolean | undefined;
}

export async function runTrust(args: TrustOptions): Promise<void> {
  const app = await appOfStack(await projectFolder(process.cwd()), args.stack);
  const found = await findDocker(process.env);
  if (typeof found === "string") throw new Stop(`no Docker engine answers (${found}); run npm start first`);
  const name = stackOf(app);
  const certificate = await readAuthority(dockerClient(found.host), name);
  if (args.print) {
    process.stdout.write(certificate);
    return;
  }
  await install(name, certificate);
}

/** The authority's certificate, out of the running edge.
 * @throws Stop when no edge runs, or when it uses a certificate that it was given.
 */
export async function readAuthority(docker: Docker, stack: string): Promise<string> {
  const label = [`${STACK_LABEL}=${stack}`, `${PART_LABEL}=edge`, `${NAME_LABEL}=edge`];
  const [edge] = await docker.listContainers({ filters: { label } });
  if (!edge) throw new Stop(`no edge of ${stack} is running; run npm start first`);
  const path = `${AUTHORITY}/ca.pem`;
  const archive = await docker
    .getContainer(edge.Id)
    .getArchive({ path })
    .catch(() => undefined);
  if (!archive)
    throw new Stop(`the edge of ${stack} has a certificate of its own; there is nothing to trust`);
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(Buffer.from(chunk));
  return onlyFile(Buffer.concat(chunks));
}

/** The text of the one file in a tar archive: its size stands in octal at byte 124, its content after byte 512. */
export function onlyFile(tar: Buffer): string {
  const size = Number.parseInt(tar.toString("ascii", 124, 135), 8);
  return tar.toString("utf8", 512, 512 + size);
}

export interface Store {
  /** Tells whether this machine has the store: a program that must be there. */
  readonly program: string;
  /** Commands that add the certificate file. */
  commands(file: string, name: string): readonly (readonly string[])[];
}

/** System-wide stores. Firefox keeps its own and reads these where `security.enterprise_roots.enabled` is set. */
export const STORES: Readonly<Record<string, Store>> = {
  "Debian and its kin": {
    program: "update-ca-certificates",
    commands: (file, name) => [
      ["install", "-m", "644", file, `/usr/local/share/ca-certificates/atelier-${name}.crt`],
      ["update-ca-certificates"],
    ],
  },
  "Fedora and its kin": {
    program: "update-ca-trust",
    commands: (file, name) => [
      ["install", "-m", "644", file, `/etc/pki/ca-trust/source/anchors/atelier-${name}.pem`],
      ["update-ca-trust"],
    ],
  },
  macOS: {
    program: "security",
    commands: (file) => [
      [
        "security",
        "add-trusted-cert",
        "-d",
        "-r",
        "trustRoot",
        "-k",
        "/Library/Keychains/System.keychain",
        file,
      ],
    ],
  },
};

async function install(name: string, certificate: string): Promise<void> {
  const store = await storeHere();
  if (!store) {
    throw new Stop(
      "this system's certificate store is not known; import what npx atelier trust --print prints by hand",
    );
  }
  const folder = await mkdtemp(join(tmpdir(), "atelier-trust-"));
  try {
    const file = join(folder, "authority.pem");
    await writeFile(file, certificate);
    const asRoot = process.getuid?.() === 0 ? [] : ["sudo"];
    for (const [command = "", ...rest] of store.commands(file, name).map((line) => [...asRoot, ...line])) {
      const code = await runAttached(command, rest, { env: withSystemPrograms() });
      if (code !== 0) throw new Stop(`${[command, ...rest].join(" ")} failed; run it by hand to see why`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  process.stdout.write(`This machine trusts the certificates of ${name} from now on.\n`);
}

async function storeHere(): Promise<Store | undefined> {
  for (const store of Object.values(STORES)) {
    if (await findOnPath(store.program, withSystemPrograms())) return store;
  }
  return undefined;
}

/** Ordinary users often lack the folders where these programs are. */
const withSystemPrograms = () => ({ ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` });

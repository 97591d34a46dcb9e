/** Where the state of a project's stacks lives.
 *
 * A backend that is configured in any of Pulumi's own ways is respected, in Pulumi's own order: PULUMI_BACKEND_URL,
 * `backend.url` in Pulumi.yaml, an access token, `pulumi login`. Otherwise the state is embedded: files in
 * `.atelier/state`, encrypted with a passphrase that is generated into `.atelier/passphrase`.
 */
import { randomBytes } from "node:crypto";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { Stop } from "../bootstrap/stop.mjs";
import type { Environment } from "./command.ts";
import { exists } from "./folders.ts";

export type Backend =
  | { readonly kind: "embedded"; readonly url: string }
  | { readonly kind: "configured"; readonly url: string; readonly by: string };

export interface BackendOptions {
  readonly env: Environment;
  readonly project: string;
  /** The project's `.atelier`. */
  readonly own: string;
}

/** The folder that Pulumi keeps logins and plugins in: the user's own when there is one, else one of the project. */
export async function pulumiHome({ env, own }: BackendOptions): Promise<{ path: string; users: boolean }> {
  if (env.PULUMI_HOME) return { path: env.PULUMI_HOME, users: true };
  const usual = join(env.HOME || homedir(), ".pulumi");
  if (await login(usual)) return { path: usual, users: true };
  return { path: join(own, "pulumi"), users: false };
}

export async function findBackend(options: BackendOptions): Promise<Backend> {
  const { env, project, own } = options;
  if (env.PULUMI_BACKEND_URL) return configured(env.PULUMI_BACKEND_URL, "PULUMI_BACKEND_URL");
  const inProject = await backendOfProject(project);
  if (inProject) return configured(inProject, "Pulumi.yaml");
  const cloud = env.PULUMI_API ?? "https://api.pulumi.com";
  if (env.PULUMI_ACCESS_TOKEN) return configured(cloud, "PULUMI_ACCESS_TOKEN");
  const current = await login(env.PULUMI_CREDENTIALS_PATH ?? (await pulumiHome(options)).path);
  if (current) return configured(current, "pulumi login");
  return { kind: "embedded", url: `file://${join(own, "state")}` };
}

function configured(url: string, by: string): Backend {
  return { kind: "configured", url, by };
}

async function backendOfProject(project: string): Promise<string | undefined> {
  const text = await readFile(join(project, "Pulumi.yaml"), "utf8");
  const file = parse(text) as { backend?: { url?: unknown } } | null;
  return typeof file?.backend?.url === "string" ? file.backend.url : undefined;
}

/** What `pulumi login` recorded in a Pulumi home. A credentials file that is encrypted does not tell its address. */
async function login(home: string): Promise<string | undefined> {
  const text = await readFile(join(home, "credentials.json"), "utf8").catch(() => undefined);
  if (!text) return undefined;
  try {
    const credentials = JSON.parse(text) as { current?: string; accessTokens?: object };
    const plain = "current" in credentials || "accessTokens" in credentials;
    return (
      credentials.current || (plain || Object.keys(credentials).length === 0 ? undefined : "encrypted login")
    );
  } catch {
    return "encrypted login";
  }
}

/** What the embedded backend needs: its folder, and a passphrase unless the user set one.
 * @returns the variables for the engine.
 */
export async function openEmbedded({ env, own }: BackendOptions, url: string): Promise<Environment> {
  await mkdir(join(own, "state"), { recursive: true });
  return { PULUMI_BACKEND_URL: url, ...(await passphrase(env, own, { create: true })) };
}

/** The passphrase of the user, else the project's own one.
 * @throws Stop when state exists whose passphrase is gone: a new one could not read it.
 */
export async function passphrase(
  env: Environment,
  own: string,
  { create }: { create: boolean },
): Promise<Environment> {
  if (env.PULUMI_CONFIG_PASSPHRASE !== undefined || env.PULUMI_CONFIG_PASSPHRASE_FILE) return {};
  const file = join(own, "passphrase");
  if (!(await exists(file))) {
    if (!create) return {};
    if (await exists(join(own, "state", ".pulumi", "stacks"))) {
      throw new Stop(
        `${file} is missing, but ${join(own, "state")} holds stacks that were encrypted with it; put the file back, ` +
          `or remove ${own} to start over without them`,
      );
    }
    await create32(file);
  }
  return { PULUMI_CONFIG_PASSPHRASE_FILE: file };
}

/** 32 random bytes, readable by the owner alone. Two processes at once agree on the first one's. */
async function create32(file: string): Promise<void> {
  const text = randomBytes(32).toString("base64url");
  await writeFile(file, text, { mode: 0o600, flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

/** Lets a Pulumi home of the project share its plugins with others: its `plugins` is a link to `target`. */
export async function sharePlugins(home: string, target: string): Promise<void> {
  await mkdir(home, { recursive: true });
  await mkdir(target, { recursive: true });
  await symlink(target, join(home, "plugins")).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

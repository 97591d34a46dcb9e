/** Two scripts of GitLab's pipeline, run as they stand there: the note, and the sign-in to Google Cloud, each against a
 * stand-in of the interface that it asks.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { run } from "../../engine/command.ts";
import { NOTE } from "../../src/ci/gitlab/note.ts";
import { signIn } from "../../src/ci/gitlab/sign-in.ts";

let folder: string;
let server: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-gitlab-"));
});

afterEach(async () => {
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

const PATH = `${dirname(process.execPath)}:${process.env.PATH}`;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function listen(chosen: Server): Promise<number> {
  server = chosen;
  await new Promise<void>((resolve) => chosen.listen(0, "127.0.0.1", resolve));
  return (chosen.address() as AddressInfo).port;
}

interface Note {
  readonly id: number;
  readonly author: { readonly id: number };
  readonly body: string;
}

/** GitLab's notes of one merge request, two on a page. */
function notesServer(notes: Note[]): Server {
  return createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://gitlab");
    const base = "/api/v4/projects/7/merge_requests/12/notes";
    const { body = "" } = JSON.parse((await bodyOf(request)) || "{}") as { body?: string };
    if (request.headers["private-token"] !== "token") return response.writeHead(401).end();
    if (pathname === "/api/v4/user") return response.end(JSON.stringify({ id: 3 }));
    if (pathname === base && request.method === "GET") {
      const page = Number(searchParams.get("page"));
      const last = Math.ceil(notes.length / 2);
      response.setHeader("x-next-page", page < last ? String(page + 1) : "");
      return response.end(JSON.stringify(notes.slice(2 * page - 2, 2 * page)));
    }
    if (pathname === base && request.method === "POST")
      notes.push({ id: notes.length + 1, author: { id: 3 }, body });
    const at = notes.findIndex(({ id }) => pathname === `${base}/${id}`);
    const [old] = at < 0 ? [] : notes.slice(at, at + 1);
    if (request.method === "PUT" && old) notes[at] = { ...old, body };
    return response.end("{}");
  });
}

async function note(port: number, plan: string): Promise<void> {
  await mkdir(join(folder, "atelier-plan"), { recursive: true });
  await writeFile(join(folder, "atelier-plan", "plan.md"), plan);
  const env = {
    PATH,
    CI_API_V4_URL: `http://127.0.0.1:${port}/api/v4`,
    CI_PROJECT_ID: "7",
    CI_MERGE_REQUEST_IID: "12",
    ATELIER_NOTE_TOKEN: "token",
    MARKER: "<!-- atelier plan prod -->",
  };
  const { code, stderr } = await run("bash", ["-eo", "pipefail", "-c", NOTE], { env, cwd: folder });
  expect(stderr).toBe("");
  expect(code).toBe(0);
}

it("writes one note, finds it on a later page, and leaves those of others alone", async () => {
  const others: Note[] = [1, 2, 3].map((id) => ({
    id,
    author: { id: 9 },
    body: "<!-- atelier plan prod -->\nfake",
  }));
  const notes = [...others];
  const port = await listen(notesServer(notes));
  await note(port, "first\n");
  await note(port, "second\n");
  expect(notes).toEqual([
    ...others,
    { id: 4, author: { id: 3 }, body: "<!-- atelier plan prod -->\nsecond\n" },
  ]);
});

it("signs in to Google Cloud for Pulumi and for Docker", async () => {
  const key = join(folder, "key.pem");
  const certificate = join(folder, "certificate.pem");
  const names = "subjectAltName=DNS:sts.googleapis.com,DNS:iamcredentials.googleapis.com";
  const subject = ["-subj", "/CN=stand-in", "-addext", names];
  const made = [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "1",
    "-keyout",
    key,
    "-out",
    certificate,
  ];
  execFileSync("openssl", [...made, ...subject], { stdio: "ignore" });
  const asked: Record<
    string,
    { readonly form: Record<string, string>; readonly authorization: string | undefined }
  > = {};
  const port = await listen(
    createTlsServer(
      { key: await readFile(key), cert: await readFile(certificate) },
      async (request, response) => {
        const form = Object.fromEntries(new URLSearchParams(await bodyOf(request)));
        asked[`${request.headers.host}${request.url}`] = {
          form,
          authorization: request.headers.authorization,
        };
        response.end(JSON.stringify({ access_token: "federated", accessToken: "for the account" }));
      },
    ),
  );
  // curl reads where to connect to, and whom to trust, from the folder that CURL_HOME names.
  await writeFile(join(folder, ".curlrc"), `connect-to = "::127.0.0.1:${port}"\ncacert = "${certificate}"\n`);
  const provider = "projects/1/locations/global/workloadIdentityPools/ci/providers/gitlab";
  const account = "shop-prod--deploy@acme-prod.iam.gserviceaccount.com";
  const env = {
    PATH,
    CURL_HOME: folder,
    CI_BUILDS_DIR: folder,
    CI_JOB_ID: "99",
    GOOGLE_ID_TOKEN: "signed by GitLab",
    GCP_WORKLOAD_IDENTITY_PROVIDER: provider,
    GCP_SERVICE_ACCOUNT: account,
    GCP_REGISTRY: "us-central1-docker.pkg.dev/acme-prod/shop-prod",
  };
  const script = `${signIn("google").script}\necho "$GOOGLE_APPLICATION_CREDENTIALS"`;
  const { code, stdout, stderr } = await run("bash", ["-eo", "pipefail", "-c", script], { env, cwd: folder });
  expect(stderr).toBe("");
  expect(code).toBe(0);

  const impersonate = `/v1/projects/-/serviceAccounts/${account}:generateAccessToken`;
  const scope = "https://www.googleapis.com/auth/cloud-platform";
  expect(asked).toEqual({
    "sts.googleapis.com/v1/token": {
      form: {
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        subject_token: "signed by GitLab",
        audience: `//iam.googleapis.com/${provider}`,
        scope,
      },
      authorization: undefined,
    },
    [`iamcredentials.googleapis.com${impersonate}`]: { form: { scope }, authorization: "Bearer federated" },
  });
  const home = join(folder, "home-99");
  const credentials = JSON.parse(await readFile(stdout.trim(), "utf8")) as Record<string, unknown>;
  expect(credentials).toMatchObject({
    type: "external_account",
    audience: `//iam.googleapis.com/${provider}`,
    service_account_impersonation_url: `https://iamcredentials.googleapis.com${impersonate}`,
    credential_source: { file: join(home, "id-token") },
  });
  const docker = JSON.parse(await readFile(join(home, ".docker/config.json"), "utf8")) as {
    auths: Record<string, { auth: string }>;
  };
  const auth = docker.auths["us-central1-docker.pkg.dev"]?.auth ?? "";
  expect(Buffer.from(auth, "base64").toString()).toBe("oauth2accesstoken:for the account");
  expect(existsSync(join(home, "id-token"))).toBe(true);
  expect((await stat(join(home, "id-token"))).mode & 0o077).toBe(0);
});

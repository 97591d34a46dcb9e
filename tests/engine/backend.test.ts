import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findBackend, openEmbedded, pulumiHome } from "../../engine/backend.ts";
import { ownFolder } from "../../engine/folders.ts";
import { temporaryFolder } from "./helpers.ts";

it("embeds the state in the project when nothing else is configured", async () => {
  const where = await project();
  expect(await findBackend(where)).toEqual({ kind: "embedded", url: `file://${where.own}/state` });
  expect(await pulumiHome(where)).toEqual({ path: join(where.own, "pulumi"), users: false });
});

it("respects a backend in Pulumi's own order", async () => {
  const where = await project("backend:\n  url: s3://in-project\n");
  const env = { ...where.env, PULUMI_BACKEND_URL: "gs://in-environment" };
  expect(await findBackend({ ...where, env })).toEqual({
    kind: "configured",
    url: "gs://in-environment",
    by: "PULUMI_BACKEND_URL",
  });
  expect(await findBackend(where)).toEqual({ kind: "configured", url: "s3://in-project", by: "Pulumi.yaml" });
});

it("respects an access token and a login", async () => {
  const where = await project();
  const token = await findBackend({ ...where, env: { ...where.env, PULUMI_ACCESS_TOKEN: "pul-1" } });
  expect(token).toEqual({ kind: "configured", url: "https://api.pulumi.com", by: "PULUMI_ACCESS_TOKEN" });
  await login(where.env.HOME, { current: "s3://logged-in", accessTokens: {} });
  expect(await findBackend(where)).toEqual({ kind: "configured", url: "s3://logged-in", by: "pulumi login" });
  expect(await pulumiHome(where)).toEqual({ path: join(where.env.HOME, ".pulumi"), users: true });
  await login(where.env.HOME, { format: "encrypted", data: "…" });
  expect(await findBackend(where)).toMatchObject({ kind: "configured", url: "encrypted login" });
  await login(where.env.HOME, { current: "", accessTokens: {} });
  expect(await findBackend(where)).toMatchObject({ kind: "embedded" });
});

it("makes a passphrase of 32 random bytes that only its owner reads, once", async () => {
  const where = await project();
  const first = await openEmbedded(where, "file:///state");
  const file = join(where.own, "passphrase");
  expect(first).toEqual({ PULUMI_BACKEND_URL: "file:///state", PULUMI_CONFIG_PASSPHRASE_FILE: file });
  const text = await readFile(file, "utf8");
  expect(Buffer.from(text, "base64url")).toHaveLength(32);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await openEmbedded(where, "file:///state");
  expect(await readFile(file, "utf8")).toBe(text);
});

it("agrees on one passphrase when many start at once", async () => {
  const where = await project();
  await Promise.all(Array.from({ length: 20 }, () => openEmbedded(where, "file:///state")));
  expect(Buffer.from(await readFile(join(where.own, "passphrase"), "utf8"), "base64url")).toHaveLength(32);
});

it("respects a passphrase of the user, also an empty one", async () => {
  const where = await project();
  for (const own of [{ PULUMI_CONFIG_PASSPHRASE: "" }, { PULUMI_CONFIG_PASSPHRASE_FILE: "/mine" }]) {
    const set = await openEmbedded({ ...where, env: { ...where.env, ...own } }, "file:///state");
    expect(set).toEqual({ PULUMI_BACKEND_URL: "file:///state" });
  }
});

it("never makes a new passphrase beside stacks that need the old one", async () => {
  const where = await project();
  await mkdir(join(where.own, "state", ".pulumi", "stacks"), { recursive: true });
  await expect(openEmbedded(where, "file:///state")).rejects.toThrow(
    `${where.own}/passphrase is missing, but ${where.own}/state holds stacks that were encrypted with it; ` +
      `put the file back, or remove ${where.own} to start over without them`,
  );
});

it("keeps .atelier out of git by itself", async () => {
  const { own } = await project();
  expect(await readFile(join(own, ".gitignore"), "utf8")).toBe("*\n");
});

async function project(more = "") {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "Pulumi.yaml"), `name: shop\nruntime: nodejs\n${more}`);
  return { project: folder, own: await ownFolder(folder), env: { HOME: join(folder, "home") } };
}

async function login(home: string, credentials: object): Promise<void> {
  await mkdir(join(home, ".pulumi"), { recursive: true });
  await writeFile(join(home, ".pulumi", "credentials.json"), JSON.stringify(credentials));
}

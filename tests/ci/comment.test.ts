/** The step that writes the comment, as it stands in the workflow, run by bash with the real `gh` against a stand-in of
 * GitHub's interface for comments.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parse } from "yaml";
import { run } from "../../engine/command.ts";
import { githubFiles } from "../../src/ci/github/index.ts";
import type { Job } from "../../src/ci/github/steps.ts";
import { unpackedProgram } from "../helpers/packages.ts";
import { COMMAND, plain } from "./pipelines.ts";

interface Comment {
  readonly id: number;
  readonly user: { readonly login: string };
  readonly body: string;
}

const { jobs } = parse(githubFiles(plain, COMMAND)["atelier-plan-prod.yml"] ?? "") as {
  jobs: { comment: Job };
};
const step = jobs.comment.steps.at(-1);

let comments: Comment[];
let server: Server;
let folder: string;

beforeEach(async () => {
  comments = [];
  folder = await mkdtemp(join(tmpdir(), "atelier-comment-"));
  server = createServer((request, response) => {
    answer(request).then(
      (value) => response.setHeader("content-type", "application/json").end(JSON.stringify(value)),
      (error: Error) => response.writeHead(404).end(JSON.stringify({ message: error.message })),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

/** `GET`, `POST` of an issue's comments and `PATCH` of one. `gh` speaks plain HTTP to the host github.localhost. */
async function answer(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { body = "" } = JSON.parse(Buffer.concat(chunks).toString() || "{}") as { body?: string };
  const { pathname } = new URL(request.url ?? "", "http://api.github.localhost");
  if (pathname === "/repos/acme/shop/issues/12/comments" && request.method === "GET") return comments;
  if (pathname === "/repos/acme/shop/issues/12/comments" && request.method === "POST") {
    const comment = { id: comments.length + 1, user: { login: "github-actions[bot]" }, body };
    comments.push(comment);
    return comment;
  }
  const [, id] = /^\/repos\/acme\/shop\/issues\/comments\/(\d+)$/.exec(pathname) ?? [];
  const found = comments.findIndex((comment) => comment.id === Number(id));
  const [old] = comments.slice(found, found + 1);
  if (request.method !== "PATCH" || found < 0 || !old) throw new Error(`${request.method} ${pathname}`);
  comments[found] = { ...old, body };
  return comments[found];
}

async function comment(plan: string): Promise<void> {
  await writeFile(join(folder, "plan.md"), plan);
  const gh = unpackedProgram("gh", "gh");
  const { port } = server.address() as AddressInfo;
  const given = Object.fromEntries(
    Object.entries(step?.env ?? {}).filter(([, value]) => !value.includes("${{")),
  );
  const env = {
    ...given,
    PATH: `${dirname(gh) === "." ? "" : `${dirname(gh)}:`}${process.env.PATH}`,
    HOME: folder,
    FOLDER: folder,
    GH_HOST: "github.localhost",
    GH_TOKEN: "token",
    GH_ENTERPRISE_TOKEN: "token",
    HTTP_PROXY: `http://127.0.0.1:${port}`,
    GITHUB_REPOSITORY: "acme/shop",
    NUMBER: "12",
  };
  const { code, stderr } = await run("bash", ["-eo", "pipefail", "-c", step?.run ?? ""], {
    env,
    timeout: 30_000,
  });
  expect(stderr).toBe("");
  expect(code).toBe(0);
}

it("writes one comment, and updates it", async () => {
  await comment("first\n");
  await comment("second\n");
  expect(comments).toEqual([
    {
      id: 1,
      user: { login: "github-actions[bot]" },
      body: "<!-- atelier plan prod -->\nsecond\n",
    },
  ]);
});

it("leaves the comments of others alone, whatever they say", async () => {
  const others: Comment[] = [
    { id: 1, user: { login: "mallory" }, body: "<!-- atelier plan prod -->\nfake" },
    { id: 2, user: { login: "github-actions[bot]" }, body: "<!-- atelier plan staging -->\nanother stack" },
    { id: 3, user: { login: "github-actions[bot]" }, body: "quoting <!-- atelier plan prod -->" },
  ];
  comments = [...others];
  await comment("mine\n");
  expect(comments.slice(0, 3)).toEqual(others);
  expect(comments[3]?.body).toBe("<!-- atelier plan prod -->\nmine\n");
});

it("cuts what a comment has no room for, between characters", async () => {
  await comment(`a${"é".repeat(40_000)}`);
  const body = comments[0]?.body ?? "";
  expect(body.length).toBeLessThan(65_536);
  expect(body).not.toContain("\uFFFD");
  expect(body.endsWith("é\n\n…and more, in the summary of the workflow run.\n")).toBe(true);
});

/** The table of pins is complete, and its refresh asks real repositories by git. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActionPin, actions, images } from "../../src/ci/pins.ts";
import { checkPin, describePin } from "../../src/ci/refresh.ts";

describe("pins", () => {
  it.each(Object.entries(actions))("%s has a whole commit, a whole version and two sources", (_, pin) => {
    expect(pin.digest).toMatch(/^[0-9a-f]{40}$/);
    expect(pin.version).toMatch(/^v\d+\.\d+\.\d+$/);
    const owners = pin.seen.map(
      (url) => /^https:\/\/github\.com\/([^/]+)\/[^/]+\/(pull|commit)\//.exec(url)?.[1],
    );
    expect(new Set(owners).size).toBe(2);
    expect(owners).not.toContain(undefined);
  });

  it.each(Object.entries(images))("image %s has a digest", (_, { version, digest }) => {
    expect(version).toMatch(/^[\w./-]+:[\w.-]+$/);
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});

let site: string;
const commits: Record<string, string> = {};

/** A repository with releases, one of them an annotated tag. */
beforeAll(async () => {
  site = await mkdtemp(join(tmpdir(), "atelier-pins-"));
  const repository = join(site, "acme", "action");
  await mkdir(repository, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", repository, ...args], { encoding: "utf8" }).trim();
  git("init", "--quiet");
  git("config", "user.name", "Acme");
  git("config", "user.email", "ops@acme.example");
  for (const [tag, ...options] of [["v1.2.0"], ["v1.10.0", "-a", "-m", "release"], ["v2"]] as const) {
    git("commit", "--quiet", "--allow-empty", "-m", tag);
    git("tag", ...options, tag);
    commits[tag] = git("rev-parse", "HEAD");
  }
});
afterAll(() => rm(site, { recursive: true, force: true }));

const pin = (version: string, digest: string): ActionPin => ({
  repository: "acme/action",
  version,
  digest,
  seen: ["https://github.com/a/a/pull/1", "https://github.com/b/b/pull/1"],
});
const said = async (one: ActionPin) => describePin(await checkPin(one, process.env, `file://${site}`));

describe("the refresh", () => {
  it("knows the commit behind an annotated tag, and the newest version by number", async () => {
    expect(await said(pin("v1.10.0", commits["v1.10.0"] ?? ""))).toEqual({
      text: "acme/action: v1.10.0 is right, and the newest",
      ok: true,
    });
    expect(await said(pin("v1.2.0", commits["v1.2.0"] ?? ""))).toEqual({
      text: `acme/action: v1.2.0 is right; newer: version: "v1.10.0", digest: "${commits["v1.10.0"]}"`,
      ok: true,
    });
  });

  it("warns of a tag that was moved, and of one that is gone", async () => {
    const other = "0".repeat(40);
    expect(await said(pin("v1.2.0", other))).toEqual({
      text: `acme/action: v1.2.0 is ${commits["v1.2.0"]} there, and ${other} here: find out why before you go on`,
      ok: false,
    });
    expect(await said(pin("v9.0.0", other))).toEqual({
      text: "acme/action: has no v9.0.0 any more",
      ok: false,
    });
  });

  it("says why nothing could be learnt", async () => {
    const { text, ok } = await said({ ...pin("v1.2.0", ""), repository: "acme/none" });
    expect(ok).toBe(false);
    expect(text).toMatch(/^acme\/none: can't be asked: /);
  });
});

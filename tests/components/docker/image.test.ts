import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Host } from "../../../components/docker/host.ts";
import { Images } from "../../../components/docker/image.ts";
import { makeApp, makeService } from "../../helpers/app.ts";
import { runProgram } from "../../helpers/program.ts";

const IMAGE = "docker:index/remoteImage:RemoteImage";

function folder(path: string, dockerfile: string): string {
  const made = join(mkdtempSync(join(tmpdir(), "image-")), path);
  mkdirSync(made, { recursive: true });
  writeFileSync(join(made, "Dockerfile"), dockerfile);
  return made;
}

const built = (context: string, args: Record<string, string> = {}) =>
  makeService({ source: { type: "build", context, dockerfile: "Dockerfile", args } });

const DEBIAN = { folder: folder("base", "FROM scratch\n"), version: "bookworm-1" };

const run = <T>(make: (images: Images) => T, images: Host["images"] = "debian") =>
  runProgram(() => {
    const host = { images, subnets: {}, taken: [], socketGroup: 1, programs: {}, attempts: {}, base: DEBIAN };
    return make(new Images("images", { app: makeApp(), host }));
  });

const imagesOf = (program: Awaited<ReturnType<typeof run>>) =>
  program.resources.filter(({ type, name }) => type === IMAGE && name !== "base");

test("services that are built alike share one image", async () => {
  const context = folder("Back End", "ARG BASE\nFROM $BASE\nUSER 1\n");
  const program = await run((images) => [images.of(built(context)), images.of(built(context))]);
  const [image] = imagesOf(program);
  expect(imagesOf(program)).toHaveLength(1);
  expect(image?.name).toMatch(/^back-end-[0-9a-f]{6}$/);
  expect(image?.inputs).toMatchObject({
    name: expect.stringMatching(/^shop-dev\/back-end:[0-9a-f]{16}$/),
    keepLocally: false,
    build: { context, dockerfile: "Dockerfile", networkMode: "host" },
  });
  expect(program.result.map(({ reference }) => reference)).toEqual([image?.inputs.name, image?.inputs.name]);
  expect(program.result[0]?.hasUser).toBe(true);
});

test("equal folders share one image too, wherever they are; other arguments make another", async () => {
  const folders = [folder("api", "FROM scratch\n"), folder("api", "FROM scratch\n")] as const;
  const program = await run((images) => [
    images.of(built(folders[0])),
    images.of(built(folders[1])),
    images.of(built(folders[1], { A: "1" })),
  ]);
  const [one, two, three] = program.result.map(({ reference }) => reference);
  expect(one).toBe(two);
  expect(three).not.toBe(one);
  expect(imagesOf(program)).toHaveLength(2);
});

test("a folder may be called like a platform image", async () => {
  const context = folder("redis", "FROM scratch\n");
  const program = await run((images) => [images.get("redis"), images.of(built(context))]);
  expect(imagesOf(program).map(({ name }) => name.replace(/-[0-9a-f]{6}$/, "-#"))).toEqual([
    "redis",
    "redis-#",
  ]);
});

test("an image that a service names is pulled, and stays on the host", async () => {
  const program = await run((images) => images.of(makeService()), "upstream");
  expect(imagesOf(program).map(({ inputs }) => inputs)).toEqual([
    { name: "example.com/app:1", keepLocally: true },
  ]);
  expect(program.result.hasUser).toBe(false);
});

test("a folder of plain files is built with the web server that was put around it", async () => {
  const files = mkdtempSync(join(tmpdir(), "site-"));
  const site = folder("assets", "ARG BASE\nFROM ${BASE}\nCOPY site /srv\nUSER 10001:10001\n");
  const program = await runProgram(() => {
    const host = {
      images: "debian",
      subnets: {},
      taken: [],
      socketGroup: 1,
      programs: {},
      attempts: {},
      base: DEBIAN,
    };
    const images = new Images("images", {
      app: makeApp(),
      host: { ...host, images: "debian" as const, sites: { [files]: { folder: site, version: "1" } } },
    });
    return images.of(built(files));
  });
  const [image] = imagesOf(program);
  expect(image?.inputs).toMatchObject({
    name: expect.stringMatching(/^shop-dev\/assets:[0-9a-f]{16}$/),
    build: { context: site },
  });
  expect(program.result.hasUser).toBe(true);
});

test("what this machine makes is known before it is made, by the version of its sources", async () => {
  const waf = { folder: "/nowhere/programs/waf-1", version: "1" };
  const host = { images: "debian" as const, subnets: {}, taken: [], socketGroup: 1, attempts: {} };
  const base = { folder: "/nowhere/images/bookworm", version: "bookworm-1" };
  const reference = async (changes: Partial<Host>) => {
    const program = await runProgram(() => {
      const images = new Images("images", {
        app: makeApp(),
        host: { ...host, base, programs: { waf }, ...changes },
      });
      return images.get("waf").reference;
    });
    const contexts = imagesOf(program).map(({ inputs }) => inputs.build);
    expect(contexts).toMatchObject([{ context: waf.folder }]);
    return program.result;
  };
  const first = await reference({});
  expect(first).toMatch(/^shop-dev\/waf:[0-9a-f]{16}$/);
  expect(await reference({})).toBe(first);
  const changed = [
    await reference({ programs: { waf: { ...waf, version: "2" } } }),
    await reference({ base: { ...base, version: "bookworm-2" } }),
  ];
  expect(new Set([first, ...changed]).size).toBe(3);
});

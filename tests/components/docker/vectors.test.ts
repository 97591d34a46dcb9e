import { expect, test } from "vitest";
import { Vectors } from "../../../components/docker/vectors.ts";
import { makeApp, makeService, makeVectors } from "../../helpers/app.ts";
import { dataArgs } from "../../helpers/deployment.ts";
import { runProgram } from "../../helpers/program.ts";

const create = () =>
  runProgram(() => {
    const services = {
      api: makeService({ uses: { index: "read" } }),
      build: makeService({ uses: { index: "write" } }),
    };
    const app = makeApp({ services, data: { index: makeVectors() } });
    const part = new Vectors("index", dataArgs("vectors", "index", app));
    return { part, read: part.grant("api", "read"), write: part.grant("build", "write") };
  });

test("a writer mounts the volume to write, a reader to read", async () => {
  const { result } = await create();
  const { read, write } = result;
  expect(read.env).toEqual({ INDEX_PATH: "/vectors/index", INDEX_DIMENSIONS: "512" });
  expect(write.env).toEqual(read.env);
  expect(read.mounts).toEqual([{ source: "shop-dev-index", path: "/vectors/index", readOnly: true }]);
  expect(write.mounts).toEqual([{ source: "shop-dev-index", path: "/vectors/index", readOnly: false }]);
  expect(read.secrets).toEqual({});
  expect(read.ready).toHaveLength(1);
});

test("a new volume is opened once, without a network and without capabilities", async () => {
  const { get } = await create();
  const setup = get(/^shop-dev-index-setup-[0-9a-f]{6}$/);
  expect(setup.dependencies).toContain("shop-dev-index");
  expect(setup.inputs).toMatchObject({
    image: "sha256:tools",
    user: "0:0",
    entrypoints: ["/atelier/bin/busybox", "chmod", "0777", "/vectors/index"],
    networkMode: "none",
    capabilities: { drops: ["ALL"] },
    readOnly: true,
    volumes: [{}, { volumeName: "shop-dev-index", containerPath: "/vectors/index", readOnly: false }],
  });
});

test("the exporter sees the index alone, and is alone on the part's network", async () => {
  const { get, result } = await create();
  expect(get(/^shop-dev-index-exporter-[0-9a-f]{6}$/).inputs).toMatchObject({
    image: "sha256:keeper",
    command: ["vectors"],
    networksAdvanced: [{ name: "shop-dev-index-id", aliases: ["index"] }],
    volumes: [{}, { volumeName: "shop-dev-index", containerPath: "/vectors/index", readOnly: true }],
  });
  expect(result.part.scrape).toEqual([
    { job: "index", host: "index", port: 9091, path: "/metrics", every: 15000, labels: { kind: "vectors" } },
  ]);
});

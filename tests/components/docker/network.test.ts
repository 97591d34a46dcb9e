import { expect, test } from "vitest";
import { networkNames } from "../../../components/docker/network.ts";
import type { App } from "../../../src/config/model.ts";
import { makeApp, makeBucket, makePostgres, makeService, makeVectors, makeWeb } from "../../helpers/app.ts";
import { makeParts } from "../../helpers/deployment.ts";
import { runProgram } from "../../helpers/program.ts";

const APP: App = makeApp({
  services: {
    api: makeWeb({
      uses: { db: "write", index: "read", media: "write", encoder: "read" },
      egress: ["api.openai.com"],
    }),
    encoder: makeWeb(),
    worker: makeService({ uses: { db: "read" } }),
  },
  data: { db: makePostgres(), index: makeVectors(), media: makeBucket() },
});

const NETWORK = "docker:index/network:Network";

test("a service joins the networks of what it uses; vectors are used through their volume alone", async () => {
  const { result } = await runProgram(() => {
    const { network } = makeParts(APP);
    return { api: network.used("api"), worker: network.used("worker"), encoder: network.used("encoder") };
  });
  const names = (attachments: readonly { name: string; aliases: readonly string[] }[]) =>
    attachments.map(({ name, aliases }) => [name, aliases]);
  expect(names(result.api)).toEqual([
    ["db", []],
    ["media", []],
    ["encoder", []],
  ]);
  expect(names(result.worker)).toEqual([["db", []]]);
  expect(result.encoder).toEqual([]);
});

test("a network is internal and made once, with a subnet of its own", async () => {
  const { resources, get, result } = await runProgram(() => {
    const { network } = makeParts(APP);
    network.own("db");
    network.join("db");
    return network.subnet("db");
  });
  expect(resources.filter(({ type }) => type === NETWORK)).toHaveLength(1);
  expect(get("shop-dev-db", NETWORK)).toMatchObject({
    parent: "network",
    inputs: {
      name: "shop-dev-db",
      driver: "bridge",
      internal: true,
      ipamConfigs: [{ subnet: result }],
      labels: [
        { label: "atelier.images", value: "debian" },
        { label: "atelier.name", value: "db" },
        { label: "atelier.part", value: "network" },
        { label: "atelier.stack", value: "shop-dev" },
      ],
    },
  });
});

test("only what must leave the host has a network that does", async () => {
  const { get } = await runProgram(() => {
    const { network } = makeParts(APP);
    for (const name of ["outside", "public", "edge"]) network.join(name);
  });
  const icc = "com.docker.network.bridge.enable_icc";
  expect(get("shop-dev-outside", NETWORK).inputs).toMatchObject({
    internal: false,
    options: { [icc]: "false" },
  });
  expect(get("shop-dev-public", NETWORK).inputs).toMatchObject({
    internal: false,
    options: { [icc]: "true" },
  });
  expect(get("shop-dev-edge", NETWORK).inputs).toMatchObject({ internal: true });
});

test("every network is planned: data, exporters with a server beside them, services, ways out", () => {
  const own = networkNames({ app: APP }).slice(0, 8);
  expect(own).toEqual([
    "shop-dev-db",
    "shop-dev-db-exporter",
    "shop-dev-index",
    "shop-dev-media",
    "shop-dev-api",
    "shop-dev-api-egress",
    "shop-dev-encoder",
    "shop-dev-worker",
  ]);
});

test("a name that was not planned is a defect", async () => {
  await expect(runProgram(() => makeParts(APP).network.join("nowhere"))).rejects.toThrow(
    "The network of nowhere was not planned.",
  );
});

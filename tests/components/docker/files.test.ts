import { ComponentResource, output } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { createContainer } from "../../../components/docker/container.ts";
import { cores, mebibytes } from "../../../src/config/units.ts";
import { makeApp } from "../../helpers/app.ts";
import { makeDeployment } from "../../helpers/deployment.ts";
import { hidden, runProgram } from "../../helpers/program.ts";

const PEM = "-----BEGIN PRIVATE KEY-----\nMIIE\r\nvQ==\n-----END PRIVATE KEY-----\n\n";

test("files lie in volumes of a container that never runs, byte for byte, secrets marked", async () => {
  const { get } = await runProgram(() => {
    createContainer(new ComponentResource("test:Parent", "parent"), makeDeployment(makeApp()), {
      part: "data",
      name: "db",
      of: "db",
      image: { reference: "x:1", id: output("sha256:x"), hasUser: true },
      state: "stateful",
      run: "always",
      files: { config: { "a.conf": "a" }, secrets: { KEY: PEM } },
      networks: [],
      limits: { cpu: cores(1), memory: mebibytes(64) },
    });
  });
  const files = get("shop-dev-db-files");
  expect(files.parent).toBe("parent");
  expect(files.options.deleteBeforeReplace).toBe(true);
  expect(files.inputs).toEqual({
    name: "shop-dev-db-files",
    image: "sha256:tools",
    command: ["true"],
    start: false,
    mustRun: false,
    networkMode: "none",
    volumes: [
      { containerPath: "/run/config" },
      { containerPath: "/run/secrets" },
      { containerPath: "/atelier/bin" },
    ],
    uploads: [
      { file: "/run/config/a.conf", content: "a", permissions: "0444" },
      { file: "/run/secrets/KEY", content: hidden(PEM), permissions: "0444" },
    ],
    labels: [
      { label: "atelier.images", value: "debian" },
      { label: "atelier.name", value: "db" },
      { label: "atelier.part", value: "data" },
      { label: "atelier.run", value: "never" },
      { label: "atelier.stack", value: "shop-dev" },
    ],
    logDriver: "json-file",
  });
});

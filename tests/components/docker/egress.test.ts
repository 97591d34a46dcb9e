import { ComponentResource } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { allowList, createEgress, proxyConfig } from "../../../components/docker/egress.ts";
import { makeApp, makeService } from "../../helpers/app.ts";
import { makeParts } from "../../helpers/deployment.ts";
import { runProgram } from "../../helpers/program.ts";

describe("the allow-list", () => {
  const allowed = (hosts: string[], name: string) =>
    allowList(hosts)
      .trim()
      .split("\n")
      .some((line) => new RegExp(line).test(name));

  test("lets through the named hosts and nothing that looks like them", () => {
    const hosts = ["api.openai.com", "smtp.example.com:587"];
    expect(allowList(hosts)).toBe("^api\\.openai\\.com$\n^smtp\\.example\\.com$\n");
    expect(allowed(hosts, "api.openai.com")).toBe(true);
    for (const name of ["openai.com", "xapi.openai.com", "api.openai.com.evil.com", "apiXopenai.com"]) {
      expect(allowed(hosts, name)).toBe(false);
    }
  });

  test("lets through every name below a starred one, and not that one itself", () => {
    expect(allowed(["*.example.com"], "a.b.example.com")).toBe(true);
    expect(allowed(["*.example.com"], "example.com")).toBe(false);
    expect(allowed(["*.example.com"], "badexample.com")).toBe(false);
  });
});

test("the proxy refuses by default, and connects to the ports that are named", () => {
  const config = proxyConfig(["api.openai.com", "smtp.example.com:587", "b.example.com"]);
  expect(config.split("\n")).toEqual([
    "Port 8888",
    "Timeout 600",
    "MaxClients 200",
    "DisableViaHeader Yes",
    'Filter "/run/config/filter"',
    "FilterExtended On",
    "FilterDefaultDeny Yes",
    "ConnectPort 443",
    "ConnectPort 587",
    "",
  ]);
});

test("a service without egress has no proxy", async () => {
  const { resources, result } = await runProgram(() => {
    const app = makeApp({ services: { api: makeService() } });
    const { deployment, network } = makeParts(app);
    const parent = new ComponentResource("test:Parent", "parent");
    return createEgress(parent, deployment, network, { name: "api", spec: makeService() });
  });
  expect(result).toBeUndefined();
  expect(resources.filter(({ name }) => name.includes("egress"))).toEqual([]);
});

test("a service with egress finds its proxy in HTTPS_PROXY, on a network that only the two share", async () => {
  const spec = makeService({ egress: ["api.openai.com"], uses: { db: "read", encoder: "read" } });
  const { get, result } = await runProgram(() => {
    const { deployment, network } = makeParts(makeApp({ services: { api: spec } }));
    const egress = createEgress(new ComponentResource("test:Parent", "parent"), deployment, network, {
      name: "api",
      spec,
    });
    return egress && { env: egress.env, attachment: egress.attachment.name };
  });
  expect(result).toEqual({
    attachment: "api-egress",
    env: {
      HTTPS_PROXY: "http://api-egress:8888",
      https_proxy: "http://api-egress:8888",
      NO_PROXY: "db,encoder",
      no_proxy: "db,encoder",
    },
  });
  const proxy = get(/^shop-dev-api-egress-[0-9a-f]{6}$/);
  expect(proxy.inputs).toMatchObject({
    image: "sha256:egress",
    memory: 32,
    networksAdvanced: [
      { name: "shop-dev-api-egress-id", aliases: ["api-egress"] },
      { name: "shop-dev-outside-id", aliases: [] },
    ],
  });
  // It alone looks up names outside.
  expect(proxy.inputs).not.toHaveProperty("dns");
});

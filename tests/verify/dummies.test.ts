/** What plugins are configured with, held against the providers' own packages. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { dummyOf, ENVIRONMENT, settingsFor } from "../../src/verify/dummies.ts";

const load = createRequire(import.meta.url);

/** Keys of a provider's configuration, as its package for Node declares them. */
function settingsOf(name: string): string[] {
  const text = readFileSync(load.resolve(`@pulumi/${name}/provider.d.ts`), "utf8");
  const [, args = ""] = /export interface ProviderArgs \{([\s\S]*?)^\}/m.exec(text) ?? [];
  return [...args.matchAll(/^ {4}(\w+)\?: /gm)].map(([, key = ""]) => key);
}

describe.each(["docker", "docker-build", "gcp"])("the dummy configuration of %s", (name) => {
  it("names settings that the provider has", () => {
    const { without, settings, otherwise } = dummyOf(name);
    const used = [...without, ...Object.keys(settings("/tmp/x")), ...Object.keys(otherwise)];
    expect(used.length).toBeGreaterThan(0);
    expect(settingsOf(name)).toEqual(expect.arrayContaining(used));
  });
});

describe("settings of a provider", () => {
  it("keep where things run, and lose who asks", () => {
    const planned = {
      project: "acme",
      region: "europe-west1",
      credentials: "{}",
      impersonateServiceAccount: "a@b",
    };
    expect(settingsFor(dummyOf("gcp"), planned, "/tmp/x")).toEqual({
      project: "acme",
      region: "europe-west1",
    });
  });

  it("get what the provider does not do without", () => {
    expect(settingsFor(dummyOf("gcp"), {}, "/tmp/x")).toEqual({ project: "atelier-verify" });
  });

  it("never reach a Docker host, an account of Amazon's, or a cluster", () => {
    expect(settingsFor(dummyOf("docker"), { host: "ssh://prod" }, "/tmp/x")).toEqual({
      host: "tcp://127.0.0.1:1",
    });
    expect(settingsFor(dummyOf("aws"), { region: "eu-west-1", profile: "prod" }, "/tmp/x")).toEqual({
      region: "eu-west-1",
      accessKey: "AKIAIOSFODNN7EXAMPLE",
      secretKey: "dummy",
      skipCredentialsValidation: "true",
      skipMetadataApiCheck: "true",
      skipRegionValidation: "true",
      skipRequestingAccountId: "true",
    });
    expect(settingsFor(dummyOf("kubernetes"), { kubeconfig: "prod", namespace: "shop" }, "/tmp/x")).toEqual({
      namespace: "shop",
      renderYamlToDirectory: "/tmp/x/manifests",
    });
  });

  it("stay as planned for a package that is not in the table", () => {
    expect(settingsFor(dummyOf("random"), { a: "b" }, "/tmp/x")).toEqual({ a: "b" });
    expect(dummyOf("random").keys).toBe("schema");
    expect(dummyOf("constructor").inputs).toEqual({});
  });
});

it("leads every plugin's requests to a closed port, but those to this machine", () => {
  expect(ENVIRONMENT).toEqual({
    HTTPS_PROXY: "http://127.0.0.1:1",
    HTTP_PROXY: "http://127.0.0.1:1",
    NO_PROXY: "127.0.0.1,localhost",
  });
});

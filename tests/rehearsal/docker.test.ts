/** Containers, networks, volumes and images as the docker provider treats them. */
import { describe, expect, it, test } from "vitest";
import { behaviourOf } from "../../rehearsal/behaviours.ts";
import { Cloud } from "../../rehearsal/cloud.ts";
import { CONTAINER, IMAGE, NETWORK, VOLUME } from "../../rehearsal/docker/behaviour.ts";
import type { Properties } from "../../rehearsal/values.ts";

const host = () => new Cloud(behaviourOf("docker"));

describe("a change", () => {
  const replaces = (type: string, olds: Properties, news: Properties) =>
    host().diff(type, olds, news).replaces;

  test.each<[string, Properties, Properties]>([
    ["memory", { memory: 128 }, { memory: 256 }],
    ["restart", { restart: "no" }, { restart: "always" }],
    ["tmpfs", { tmpfs: { "/tmp": "a" } }, { tmpfs: { "/tmp": "b" } }],
    ["destroyGraceSeconds", { destroyGraceSeconds: 1 }, { destroyGraceSeconds: 2 }],
  ])("of %s keeps the container", (_, olds, news) => {
    expect(replaces(CONTAINER, olds, news)).toEqual([]);
  });

  test.each<[string, Properties, Properties]>([
    ["envs", { envs: ["A=1"] }, { envs: ["A=2"] }],
    ["image", { image: "a" }, { image: "b" }],
    ["labels", { labels: [{ label: "a", value: "1" }] }, { labels: [{ label: "a", value: "2" }] }],
    ["cpus", { cpus: "1.0" }, { cpus: "2.0" }],
    ["stopTimeout", { stopTimeout: 1 }, { stopTimeout: 2 }],
    ["networksAdvanced", { networksAdvanced: [{ name: "a" }] }, { networksAdvanced: [{ name: "b" }] }],
  ])("of %s makes another container", (key, olds, news) => {
    expect(replaces(CONTAINER, olds, news)).toEqual([key]);
  });

  it("of anything makes another network, and another volume", () => {
    expect(replaces(NETWORK, { internal: true }, { internal: false })).toEqual(["internal"]);
    expect(replaces(VOLUME, { labels: [] }, { labels: [{ label: "a", value: "1" }] })).toEqual(["labels"]);
  });

  it("of how an image is kept is none to the image", () => {
    expect(replaces(IMAGE, { name: "a", keepLocally: true }, { name: "a", keepLocally: false })).toEqual([]);
    expect(replaces(IMAGE, { name: "a" }, { name: "b" })).toEqual(["name"]);
  });
});

describe("a container", () => {
  const image = (docker: Cloud) =>
    String(docker.create(IMAGE, "api", { name: "api:1", build: { context: "." } }).outputs.imageId);

  it("needs its image, its networks and whose files it borrows", () => {
    const docker = host();
    const make = (inputs: Properties) => () => docker.create(CONTAINER, "api", { name: "api", ...inputs });
    expect(make({ image: `sha256:${"0".repeat(64)}` })).toThrow("image names sha256:");
    const made = { image: image(docker) };
    expect(make({ ...made, networksAdvanced: [{ name: "gone" }] })).toThrow("networksAdvanced names gone");
    expect(make({ ...made, volumes: [{ fromContainer: "files" }] })).toThrow("volumes names files");
    docker.create(CONTAINER, "files", { name: "files", ...made });
    const { id } = docker.create(NETWORK, "net", { name: "net" });
    expect(
      make({ ...made, networksAdvanced: [{ name: id }], volumes: [{ fromContainer: "files" }] }),
    ).not.toThrow();
  });

  it("keeps its network from going", () => {
    const docker = host();
    const { id } = docker.create(NETWORK, "net", { name: "net" });
    docker.create(CONTAINER, "api", { name: "api", image: image(docker), networksAdvanced: [{ name: id }] });
    expect(() => docker.delete(NETWORK, id)).toThrow("is in use by");
  });

  it("answers as one that ended well", () => {
    const { outputs } = host().create(CONTAINER, "migrate", { name: "migrate", image: "x:1" });
    expect(outputs).toMatchObject({ exitCode: 0, containerLogs: "" });
    expect(outputs.id).toMatch(/^[0-9a-f]{64}$/);
  });
});

it("gives names to what has none, as the bridge does", () => {
  expect(host().check(VOLUME, "data", {}, {}, "seed").name).toMatch(/^data-[0-9a-f]{7}$/);
  expect(host().check(IMAGE, "api", {}, {}, "seed")).toEqual({});
});

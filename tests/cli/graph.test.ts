import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerGraph, formatOf, save } from "../../src/cli/graph.ts";
import { renderSvg } from "../../src/graph/svg.ts";
import { topologyOf } from "../../src/graph/topology.ts";
import { targets } from "../../stacks/targets.ts";
import { example } from "../graph/apps.ts";

const APP = join(import.meta.dirname, "../../examples/closetgpt/app.yaml");

const graph = (args: readonly string[], isTerminal = false) =>
  answerGraph(["--app", APP, "--environment", "prod", ...args], { targets, isTerminal });

describe("atelier graph", () => {
  it("writes the SVG of the app alone to standard output", async () => {
    const svg = await renderSvg(topologyOf(example("closetgpt")));
    expect(await graph(["--from", "app"])).toEqual({ picture: svg });
  });

  it("says what each part becomes on the stack's target, without being asked", async () => {
    const { picture } = await graph(["--format", "mermaid"]);
    expect(picture).toContain("accDescr: gcp-compute · us-central1 · 3 services");
    expect(picture).toContain("Identity Platform");
  });

  it("says it of another target where one is named", async () => {
    const { picture } = await graph(["--format", "mermaid", "--target", "docker"]);
    expect(picture).toContain("accDescr: docker · ");
    expect(picture).toContain("one-off container");
  });

  it("spares a terminal the picture and writes a file that is named like the app", async () => {
    const { file } = await graph(["--from", "app", "--format", "mermaid"], true);
    expect(file).toBe("closetgpt-prod.mmd");
  });

  it("draws a PNG where the file's name says so", async () => {
    const { picture, file } = await graph(["--from", "app", "--out", "picture.png"]);
    expect(file).toBe("picture.png");
    expect(Buffer.from(picture).subarray(1, 4).toString("latin1")).toBe("PNG");
  });

  it("draws what --set makes of the app", async () => {
    const { picture } = await graph([
      ...["--from", "app", "--format", "mermaid"],
      ...["--set", "edge.domain=closet.acme.example"],
    ]);
    expect(picture).toContain("<b>closet.acme.example</b>");
  });

  it("refuses what --from does not know, and an option that there is not", async () => {
    await expect(graph(["--from", "state"])).rejects.toThrow(
      '--from: "state" is not one of them; allowed: plan, app; write --from plan for instance',
    );
    await expect(graph(["--fromat", "svg"])).rejects.toThrow(
      /^--fromat: is not an option; .*did you mean --format\?$/,
    );
  });

  it("refuses what the target refuses, unless the app alone is drawn", async () => {
    const refused = ["--target", "gcp-cloud-run", "--format", "mermaid", "--set", "services.backend.cpu=64"];
    await expect(graph(refused)).rejects.toThrow(/services\.backend/);
    await expect(graph([...refused, "--from", "app"])).resolves.toBeDefined();
  });
});

describe("the file", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "atelier-graph-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("has the picture, and the command says where it is", async () => {
    const file = join(folder, "a.svg");
    expect(await save(file, "<svg/>")).toBe(`the picture is in ${file}\n`);
    expect(await readFile(file, "utf8")).toBe("<svg/>");
  });

  it("cannot be written where there is no folder, which is one line", async () => {
    const file = join(folder, "missing/a.svg");
    await expect(save(file, "<svg/>")).rejects.toThrow(
      new RegExp(`^the picture could not be written to ${file}: ENOENT.*; name another file with --out$`),
    );
  });
});

describe("the format", () => {
  it.each([
    [{}, "svg"],
    [{ out: "a.svg" }, "svg"],
    [{ out: "a.PNG" }, "png"],
    [{ out: "a.mmd" }, "mermaid"],
    [{ out: "a.mermaid" }, "mermaid"],
    [{ format: "png" }, "png"],
    [{ format: "mermaid", out: "a.md" }, "mermaid"],
  ] as const)("of %j is %s", (options, format) => {
    expect(formatOf(options)).toBe(format);
  });

  it.each([
    [
      { out: "picture" },
      '--out: "picture" does not say which format it is to have; allowed: a name that ends in .svg, .png, .mmd, .mermaid; change the ending, or add --format svg',
    ],
    [
      { format: "png", out: "a.svg" },
      "--format: png does not go with --out a.svg, which ends like svg; leave --format out, or write to a file that ends in .png",
    ],
    [
      { format: "jpeg" },
      '--format: "jpeg" is not one of them; allowed: svg, png, mermaid; write --format svg for instance',
    ],
  ])("of %j is refused", (options, message) => {
    expect(() => formatOf(options)).toThrow(message);
  });
});

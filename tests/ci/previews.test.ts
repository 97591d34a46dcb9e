import { expect, it } from "vitest";
import { parse } from "yaml";
import { previewFile, tooOld } from "../../src/ci/previews.ts";

const template = `# Where previews run.
encryptionsalt: v1:abc
config:
  atelier:app: app.yaml
  atelier:environment: preview
  atelier:target: gcp-cloud-run
  atelier:set: { preset: dev, edge.domain: preview.acme.example }
  atelier:gcp-cloud-run: { project: acme-preview, region: us-central1 }
`;

it("gives a preview an environment and a domain of its own, and keeps everything else", () => {
  const written = parse(previewFile(template, 12, "preview.acme.example")) as Record<string, unknown>;
  expect(written).toEqual({
    encryptionsalt: "v1:abc",
    config: {
      "atelier:app": "app.yaml",
      "atelier:environment": "pr-12",
      "atelier:target": "gcp-cloud-run",
      "atelier:set": { preset: "dev", "edge.domain": "pr-12.preview.acme.example" },
      "atelier:gcp-cloud-run": { project: "acme-preview", region: "us-central1" },
    },
  });
});

it("adds what the template does not set", () => {
  const { config } = parse(previewFile("config:\n  atelier:target: gcp-compute\n", 7, "x.example")) as {
    config: Record<string, unknown>;
  };
  expect(config["atelier:set"]).toEqual({ "edge.domain": "pr-7.x.example" });
});

it("refuses a template that is no YAML", () => {
  expect(() => previewFile("config: [", 1, "x.example")).toThrow(
    "Pulumi.preview.yaml is not YAML; npx atelier config --stack preview says where",
  );
});

it("finds previews that nobody deployed for so long, and those that never were", () => {
  const now = new Date("2026-11-10T12:00:00Z");
  const previews = [
    { name: "pr-1", updated: new Date("2026-11-09T11:59:00Z") },
    { name: "pr-2", updated: new Date("2026-11-09T12:01:00Z") },
    { name: "pr-3" },
  ];
  expect(tooOld(previews, 24 * 3600 * 1000, now).map(({ name }) => name)).toEqual(["pr-1", "pr-3"]);
});

/** Pipelines that the tests write workflows for. */
import type { Pipeline } from "../../src/ci/pipeline.ts";

export const COMMAND = "npx atelier ci github --stack prod --previews";

export const plain: Pipeline = {
  stack: "prod",
  branch: "main",
  folder: ".",
  login: "google",
  url: "https://shop.example",
  secrets: "passphrase",
  backend: false,
};

/** Everything there is. */
export const full: Pipeline = {
  ...plain,
  previews: { login: "google", secrets: "passphrase", ceiling: 50, hours: 72 },
};

export const pipelines: Readonly<Record<string, Pipeline>> = {
  plain,
  full,
  "in a folder of its own, with a key management service and a backend": {
    ...full,
    folder: "deploy/atelier",
    branch: "release/2026",
    secrets: "kms",
    backend: true,
    previews: { login: "google", secrets: "kms", ceiling: 12.5, hours: 8 },
  },
};

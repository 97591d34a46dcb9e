/** What is disturbed: a small app of plain resources, and ClosetGPT in production on both targets of Google Cloud. */
import { join } from "node:path";
import { behaviours } from "../../rehearsal/behaviours.ts";
import type { Script } from "../../rehearsal/stage.ts";

export interface Subject {
  readonly name: string;
  readonly script: Script;
  /** Config of the version that an update goes to. */
  readonly after: Script["config"];
}

const root = join(import.meta.dirname, "../..");

export const SMALL: Subject = {
  name: "the small app",
  script: {
    program: join(import.meta.dirname, "app/index.js"),
    project: "faults",
    stack: "prod",
    config: { "faults:version": "1" },
    secrets: {},
    behaviour: behaviours({ settings: { project: "acme-faults" } }),
  },
  after: { "faults:version": "2" },
};

const SETTINGS = {
  project: "acme-closetgpt",
  region: "us-central1",
  dns: { zone: "acme" },
  operators: ["group:ops@acme.example"],
  billingAccount: "01A2B3-4C5D6E-7F8A9B",
  github: { repository: "acme/shop" },
};

const SECRETS = {
  "atelier:seed": "5eed".repeat(16),
  "atelier:secrets.OPENAI_API_KEY": "stands-in",
  "atelier:secrets.OPENWEATHER_API_KEY": "stands-in",
  "atelier:secrets.SENTRY_DSN": "stands-in",
};

const image = (letter: string) => `us-docker.pkg.dev/acme/shop/backend@sha256:${letter.repeat(64)}`;

/** Nothing is protected, so that it can go as well. */
function closetGpt(target: string): Subject {
  const set = (letter: string) => ({
    protect: false,
    "services.backend.build": null,
    "services.backend.image": image(letter),
  });
  const configOf = (letter: string): Script["config"] => ({
    "atelier:app": join(root, "examples/closetgpt/app.yaml"),
    "atelier:environment": "prod",
    "atelier:target": target,
    [`atelier:${target}`]: SETTINGS,
    "atelier:set": set(letter),
  });
  return {
    name: `ClosetGPT in production on ${target}`,
    script: {
      program: join(root, "stacks/index.ts"),
      project: "atelier",
      stack: "prod",
      config: configOf("a"),
      secrets: SECRETS,
      behaviour: behaviours({ settings: SETTINGS }),
    },
    after: configOf("b"),
  };
}

export const APPS: readonly Subject[] = [SMALL, closetGpt("gcp-cloud-run"), closetGpt("gcp-compute")];

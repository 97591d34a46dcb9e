/** The written form of app.yaml, and of one environment in it. */
import type { z } from "zod";
import { data } from "./data.ts";
import { flag, keys, named, oneOf, partName, pattern, urlPath, variableName } from "./leaf.ts";
import { budget, monitoring, regions } from "./monitoring-and-budget.ts";
import { edge, route } from "./routes-and-edge.ts";
import { secret } from "./secrets.ts";
import { service } from "./services.ts";
import { usage } from "./usage.ts";

const parts = {
  services: named("a map such as api: { kind: web }", partName(), service).meta({
    description: "What runs: name → service.",
  }),
  data: named("a map such as db: { kind: postgres }", partName(), data).meta({
    description: "What is kept: name → data part. Services reach it by `uses`.",
  }),
  secrets: named("a map such as OPENAI_API_KEY: required", variableName(), secret).meta({
    description: "Secret values: name → where the value comes from. Services get them by `secrets`.",
  }),
  routes: named("a map such as /api: api", urlPath(), route).meta({
    description: "Path → who answers. The longest matching path wins; a path that no route matches gets 404.",
  }),
  edge,
  monitoring,
  budget,
  usage,
  regions,
  protect: flag().meta({
    description:
      "Stateful parts refuse deletion and replacement. Without it: false; true in the prod preset.",
  }),
  development: flag().meta({
    description:
      "Publish services' own ports on the host and mount sources. Without it: false; true in the dev preset.",
  }),
};

export const environmentName = () =>
  pattern(
    "an environment's name",
    "up to 20 lower-case letters, digits and hyphens, starting with a letter",
    "prod",
    /^(?=.{1,20}$)[a-z](?:[a-z0-9-]*[a-z0-9])?$/,
  );

/** What one environment changes. */
export const overlay = keys({
  preset: oneOf("dev", "staging", "prod").meta({
    description:
      "Table of defaults to start from. Without it: the one with the environment's own name, else dev.",
  }),
  ...parts,
}).meta({
  id: "Environment",
  description:
    "What differs in this environment. Maps are merged, all else is replaced; `null` takes a key away, or brings its default back.",
});

export const app = keys({
  name: pattern(
    "a name",
    "up to 20 lower-case letters, digits and hyphens, starting with a letter",
    "flashfit",
    /^(?=.{1,20}$)[a-z](?:[a-z0-9-]*[a-z0-9])?$/,
  ).meta({
    description: "Name of the app; first part of the name of everything that is created.",
  }),
  ...parts,
  environments: named("a map such as dev: {}", environmentName(), overlay).meta({
    description: "What differs per environment.",
  }),
}).meta({
  title: "Atelier app",
  description: "What an application is. Where it runs is in the stack's config.",
});

export type Overlay = z.output<typeof overlay>;
export type WrittenOverlay = z.input<typeof overlay>;

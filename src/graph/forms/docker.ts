/** Parts on a Docker host. */
import { isMap } from "../../../rehearsal/values.ts";
import type { Form } from "./form.ts";

/** How long a container runs, as its label says. */
const RUNS: Readonly<Record<string, string>> = {
  always: "container",
  once: "one-off container",
  "on-schedule": "container on a schedule",
};

const container: Form = ({ labels }) => {
  const all = Array.isArray(labels) ? labels.filter(isMap) : [];
  const run = all.find(({ label }) => label === "atelier.run")?.value;
  return typeof run === "string" ? RUNS[run] : undefined;
};

export const docker: Readonly<Record<string, Form>> = {
  "docker:index/container:Container": container,
};

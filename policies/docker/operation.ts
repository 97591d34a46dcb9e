/** How a container runs: limits, ports, networks, secrets, logs, and the image that it is made from. */
import { z } from "zod";
import { expects, needs, type Resource, type Rule, rule, ruleWith } from "../rule.ts";
import { plainSecrets, type Variable } from "../secret-like.ts";
import { at, isMap, isUnknown, items, maps, present, shown, text, texts, UNKNOWN } from "../values.ts";

import { CONTAINER, IMAGE, stays, types, whenRun } from "./container.ts";

export const OPERATION_RULES: readonly Rule[] = [
  rule(
    {
      name: "docker-limits",
      platform: "docker",
      severity: "medium",
      description: "Containers have limits of memory and processor, so that one can't take the host's all",
      remedy: "set memory and cpus; in app.yaml: memory, cpu",
      ids: [],
    },
    {
      subject: "resource",
      types,
      judge: whenRun((resource) => [...needs("memory")(resource), ...cpuLimit(resource)]),
    },
  ),
  ruleWith(
    {
      name: "docker-published-ports",
      platform: "docker",
      severity: "high",
      description: "Only HTTP and HTTPS are open to other machines",
      remedy: "publish on 127.0.0.1, or route it through the edge",
      ids: [],
    },
    z.strictObject({
      allow: z.array(z.int()).default([80, 443]).describe("Ports of the host that may be open to everybody"),
    }),
    (settingsOf) => ({
      subject: "resource",
      types,
      judge: ({ inputs }, context) =>
        maps(inputs.ports).flatMap(({ ip, external, internal }) => {
          if (isUnknown(ip) || /^(127\.|::1$)/.test(text(ip))) return [];
          return settingsOf(context).allow.includes(Number(external))
            ? []
            : [
                `port ${shown(internal)} is published on ${text(ip) || "0.0.0.0"}:${shown(external ?? "any")}`,
              ];
        }),
    }),
  ),
  rule(
    {
      name: "docker-default-network",
      platform: "docker",
      severity: "medium",
      description:
        "Containers are on networks of their own, not on the bridge that all containers of the host share",
      remedy: "set networksAdvanced, or networkMode: none",
      ids: [],
    },
    {
      subject: "resource",
      types,
      judge: whenRun(({ inputs }) => {
        const mode = text(inputs.networkMode) || "bridge";
        return ["bridge", "default"].includes(mode) &&
          !isUnknown(inputs.networkMode) &&
          items(inputs.networksAdvanced).length === 0 &&
          !isUnknown(inputs.networksAdvanced)
          ? ["networksAdvanced is not set: it is on the host's default bridge"]
          : [];
      }),
    },
  ),
  rule(
    {
      name: "docker-secret-env",
      platform: "docker",
      severity: "medium",
      description: "Secrets are files, not variables, which docker inspect prints",
      remedy: "leave secretsAs at files and read the file that <NAME>_FILE names",
      ids: [],
    },
    {
      subject: "resource",
      types,
      judge: ({ inputs }) =>
        plainSecrets(
          texts(inputs.envs).map((pair): Variable => {
            const split = pair.indexOf("=");
            return split < 0 ? [pair, ""] : [pair.slice(0, split), pair.slice(split + 1)];
          }),
        ).map((why) => `envs: ${why}`),
    },
  ),
  rule(
    {
      name: "docker-log-size",
      platform: "docker",
      severity: "low",
      description: "Logs are turned over before they fill the host's disk",
      remedy: 'set logOpts: { "max-size": "10m", "max-file": "3" }, or logDriver: local',
      ids: [],
    },
    {
      subject: "resource",
      types,
      judge: whenRun(({ inputs }) => {
        const driver = text(inputs.logDriver) || "json-file";
        return driver === "json-file" &&
          isMap(inputs.logOpts ?? {}) &&
          !present(at(inputs, "logOpts.max-size"))
          ? ["logOpts.max-size is not set"]
          : [];
      }),
    },
  ),
  rule(
    {
      name: "docker-restart",
      platform: "docker",
      severity: "low",
      description: "Containers that stay come back after a crash and after the host restarts",
      remedy: "set restart: unless-stopped",
      ids: [],
    },
    {
      subject: "resource",
      types,
      judge: (resource) =>
        stays(resource) ? expects("restart", "unless-stopped", "always", "on-failure")(resource) : [],
    },
  ),
  rule(
    {
      name: "docker-health",
      platform: "docker",
      severity: "low",
      description: "Containers that others send requests to are asked whether they still work",
      remedy: "set healthcheck; in app.yaml: health",
      ids: ["CKV_DOCKER_2", "DS-0026"],
    },
    {
      subject: "resource",
      types,
      judge: (resource) =>
        stays(resource) && items(resource.inputs.ports).length > 0 ? needs("healthcheck")(resource) : [],
    },
  ),
  rule(
    {
      name: "docker-image-tag",
      platform: "docker",
      severity: "high",
      description: "Images have a tag that says which build they are, or a digest",
      remedy: "name a version: redis:7.4.5-bookworm",
      ids: [],
    },
    {
      subject: "resource",
      types: [CONTAINER, IMAGE],
      judge: ({ type, inputs }) => {
        const image = text(type === IMAGE ? inputs.name : inputs.image);
        return image !== "" && floating(image) ? [`${image} is whatever was pushed last`] : [];
      },
    },
  ),
  rule(
    {
      name: "docker-image-digest",
      platform: "docker",
      severity: "low",
      description: "Images that production pulls are named by digest, so that what was tested is what runs",
      remedy: "name the image by digest: redis@sha256:…",
      ids: [],
      productionOnly: true,
    },
    {
      subject: "resource",
      types: [IMAGE],
      judge: ({ inputs }) => {
        const name = text(inputs.name);
        return name !== "" && !name.includes("@") && inputs.build === undefined && !floating(name)
          ? [`${name} is named by a tag, which can be moved`]
          : [];
      },
    },
  ),
];

function cpuLimit({ inputs }: Resource): string[] {
  const limits = [inputs.cpus, inputs.cpuSet, inputs.cpuQuota];
  return limits.some((value) => present(value) || value === UNKNOWN) ? [] : ["cpus is not set"];
}

/** No tag, or one that everybody moves; the id of an image is neither. */
const floating = (image: string): boolean =>
  !image.startsWith("sha256:") &&
  !image.includes("@") &&
  (/:(latest|main|master|stable|edge|nightly)$/.test(image) || !/:[^/]+$/.test(image));

/** What a container may do to the host. */
import { z } from "zod";
import { expects, type Rule, rule, ruleWith } from "../rule.ts";
import { at, isUnknown, maps, shown, text, texts } from "../values.ts";

import {
  calledBy,
  hostFolders,
  isolated,
  runs,
  SENSITIVE,
  SOCKET,
  stays,
  types,
  whenRun,
} from "./container.ts";

export const RIGHTS_RULES: readonly Rule[] = [
  ruleWith(
    {
      name: "docker-socket",
      platform: "docker",
      severity: "critical",
      description:
        "No container has the engine's socket, which is root on the host, but the proxy that filters it",
      remedy: "ask the socket proxy, which lets through what its list names",
      ids: [],
    },
    z.strictObject({
      allow: z
        .array(z.string())
        .default(["socket-proxy"])
        .describe("Names (label atelier.name) of proxies that filter it"),
    }),
    (settingsOf) => ({
      subject: "resource",
      types,
      judge: (resource, context) =>
        settingsOf(context).allow.includes(calledBy(resource))
          ? []
          : hostFolders(resource).flatMap(({ path }) => (SOCKET.test(path) ? [`${path} is mounted`] : [])),
    }),
  ),
  rule(
    {
      name: "docker-privileged",
      platform: "docker",
      severity: "critical",
      description: "No container is privileged",
      remedy: "leave out privileged, and name the single device or capability that it needs",
      ids: [],
    },
    {
      subject: "resource",
      types,
      judge: ({ inputs }) => (inputs.privileged === true ? ["privileged is true"] : []),
    },
  ),
  ruleWith(
    {
      name: "docker-capabilities",
      platform: "docker",
      severity: "high",
      description: "Containers give up every capability of root",
      remedy: 'set capabilities: { drops: ["ALL"] }',
      ids: [],
    },
    z.strictObject({
      allow: z
        .array(z.string())
        .default([])
        .describe("Capabilities that may be added, such as NET_BIND_SERVICE"),
    }),
    (settingsOf) => ({
      subject: "resource",
      types,
      judge: (resource, context) => {
        if (!runs(resource) || isUnknown(resource.inputs.capabilities)) return [];
        const drops = texts(at(resource.inputs, "capabilities.drops"));
        const kept = drops.some((name) => /^(CAP_)?ALL$/.test(name))
          ? []
          : [`capabilities.drops is ${shown(at(resource.inputs, "capabilities.drops"))}`];
        const { allow } = settingsOf(context);
        const added = texts(at(resource.inputs, "capabilities.adds")).filter(
          (name) => !allow.includes(name.replace(/^CAP_/, "")),
        );
        return [...kept, ...added.map((name) => `capabilities.adds has ${name}`)];
      },
    }),
  ),
  rule(
    {
      name: "docker-new-privileges",
      platform: "docker",
      severity: "medium",
      description: "Programs in containers can't gain rights that their parent has not",
      remedy: 'set securityOpts: ["no-new-privileges:true"]',
      ids: [],
    },
    {
      subject: "resource",
      types,
      judge: whenRun(({ inputs }) =>
        texts(inputs.securityOpts).some((option) => /^no-new-privileges(:true)?$/.test(option)) ||
        isUnknown(inputs.securityOpts)
          ? []
          : ["securityOpts has no no-new-privileges:true"],
      ),
    },
  ),
  rule(
    {
      name: "docker-unconfined",
      platform: "docker",
      severity: "high",
      description: "Seccomp, AppArmor and SELinux stay on",
      remedy: "leave out seccomp=unconfined, apparmor=unconfined and label=disable",
      ids: [],
    },
    {
      subject: "resource",
      types,
      judge: ({ inputs }) =>
        texts(inputs.securityOpts)
          .filter((option) => /[:=](unconfined|disable)$/.test(option))
          .map((option) => `securityOpts has ${option}`),
    },
  ),
  rule(
    {
      name: "docker-read-only",
      platform: "docker",
      severity: "medium",
      description: "A container's own files are read-only",
      remedy: "set readOnly: true, with tmpfs or volumes for what is written (in app.yaml: scratch)",
      ids: [],
    },
    { subject: "resource", types, judge: whenRun(expects("readOnly", true)) },
  ),
  rule(
    {
      name: "docker-root",
      platform: "docker",
      severity: "medium",
      description: "Containers don't run as root, unless they are a single step without any network",
      remedy: "set user: 10001:10001",
      ids: [],
    },
    {
      subject: "resource",
      types,
      judge: whenRun((resource) =>
        /^(0|root)(:|$)/.test(text(resource.inputs.user)) && !(isolated(resource) && !stays(resource))
          ? [`user is ${text(resource.inputs.user)}`]
          : [],
      ),
    },
  ),
  rule(
    {
      name: "docker-host-namespaces",
      platform: "docker",
      severity: "high",
      description: "Containers have networks, processes and users of their own, not the host's",
      remedy: "leave out networkMode, pidMode, ipcMode and usernsMode host",
      ids: [],
    },
    {
      subject: "resource",
      types,
      judge: ({ inputs }) =>
        ["networkMode", "pidMode", "ipcMode", "usernsMode", "cgroupnsMode"]
          .filter((key) => inputs[key] === "host")
          .map((key) => `${key} is host`),
    },
  ),
  rule(
    {
      name: "docker-host-folders",
      platform: "docker",
      severity: "high",
      description: "No container may write to a folder of the system it runs on",
      remedy: "mount a volume, or the folder with readOnly: true",
      ids: [],
    },
    {
      subject: "resource",
      types,
      judge: (resource) =>
        hostFolders(resource).flatMap(({ path, readOnly }) =>
          SENSITIVE.test(path) && !readOnly && !SOCKET.test(path)
            ? [`${path} is mounted and can be written to`]
            : [],
        ),
    },
  ),
  rule(
    {
      name: "docker-devices",
      platform: "docker",
      severity: "medium",
      description: "Containers have no devices of the host",
      remedy: "leave out devices; ask for processors of graphics with gpus",
      ids: [],
    },
    {
      subject: "resource",
      types,
      judge: ({ inputs }) => maps(inputs.devices).map(({ hostPath }) => `devices has ${shown(hostPath)}`),
    },
  ),
];

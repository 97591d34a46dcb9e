/** Dockerfiles: of the app's services, and of Atelier's own images. */
import { z } from "zod";
import { type Look, type Rule, rule, ruleWith } from "../rule.ts";
import { commands, instructions, program, SYSTEM } from "./looks.ts";
import type { Dockerfile } from "./parse.ts";
import {
  baseTags,
  bothDownloaders,
  copiesFromSelf,
  loneCd,
  repeated,
  rootUser,
  sameNames,
  updatesAlone,
} from "./stages.ts";
import { builtIn, uncheckedCommands, uncheckedVariables, unsigned } from "./trust.ts";

type Row = readonly [
  name: string,
  severity: Rule["severity"],
  description: string,
  remedy: string,
  ids: readonly string[],
  judge: (file: Dockerfile) => readonly string[],
];

const look = (judge: (file: Dockerfile) => readonly string[]): Look => ({ subject: "dockerfile", judge });

const ROWS: readonly Row[] = [
  [
    "ssh-port",
    "medium",
    "Images open no SSH",
    "leave out EXPOSE 22",
    ["CKV_DOCKER_1", "DS-0004"],
    instructions("EXPOSE", ({ words }) =>
      words.some((port) => port.split("/")[0] === "22") ? "EXPOSE 22" : undefined,
    ),
  ],
  [
    "base-tag",
    "medium",
    "Base images have a tag that says which build they are, or a digest",
    "name a version: debian:bookworm-slim",
    ["CKV_DOCKER_7", "DS-0001"],
    baseTags,
  ],
  [
    "stage-names",
    "high",
    "Stages have different names",
    "rename one of them",
    ["CKV_DOCKER_11", "DS-0012"],
    sameNames,
  ],
  [
    "maintainer",
    "low",
    "Who keeps an image is said by a label",
    "use LABEL org.opencontainers.image.authors",
    ["CKV_DOCKER_6", "DS-0022"],
    instructions("MAINTAINER", () => "MAINTAINER is gone from Docker"),
  ],
  [
    "apt",
    "low",
    "Packages are installed by apt-get, whose options stay the same",
    "write apt-get",
    ["CKV_DOCKER_9"],
    commands((words) => (program(words) === "apt" ? `apt ${words[1] ?? ""}` : undefined)),
  ],
  [
    "recommends",
    "low",
    "Only the packages that are named are installed",
    "add --no-install-recommends",
    ["DS-0029"],
    commands((words) =>
      program(words) === "apt-get" &&
      words.includes("install") &&
      !words.some((word) => /^--no-install-recommends$|APT::Install-Recommends=(0|false)/.test(word))
        ? "apt-get install without --no-install-recommends"
        : undefined,
    ),
  ],
  [
    "unattended",
    "medium",
    "No package manager waits for an answer",
    "add -y",
    ["DS-0021"],
    commands((words) =>
      program(words) === "apt-get" &&
      words.includes("install") &&
      !words.some((word) => /^-\w*(y|q{2})|^--(yes|assume-yes|quiet=2)$/.test(word))
        ? "apt-get install without -y"
        : undefined,
    ),
  ],
  [
    "update-alone",
    "medium",
    "Lists of packages are fetched where they are used: alone, a layer of last year stays in the cache",
    "write update and install in one RUN",
    ["CKV_DOCKER_5", "DS-0017"],
    updatesAlone,
  ],
  [
    "workdir-absolute",
    "medium",
    "WORKDIR is absolute",
    "write the whole path",
    ["CKV_DOCKER_10", "DS-0009"],
    instructions("WORKDIR", ({ text }) =>
      /^["']?(\/|[A-Za-z]:|\$)/.test(text) ? undefined : `WORKDIR ${text}`,
    ),
  ],
  [
    "workdir-system",
    "medium",
    "Programs of one's own don't lie among the system's",
    "use /srv or /opt/<name>",
    ["DS-0030"],
    instructions("WORKDIR", ({ text }) => (SYSTEM.test(text) ? `WORKDIR ${text}` : undefined)),
  ],
  ["cd", "low", "The folder is changed by WORKDIR", "use WORKDIR", ["DS-0013"], loneCd],
  [
    "user",
    "high",
    "Images run as a user who is not root",
    "end with USER 10001:10001",
    ["CKV_DOCKER_3", "CKV_DOCKER_8", "DS-0002"],
    rootUser,
  ],
  [
    "copy",
    "low",
    "Files are copied by COPY; ADD also unpacks and downloads",
    "use COPY, or curl with a checksum",
    ["CKV_DOCKER_4", "DS-0005"],
    instructions("ADD", ({ text, flags }) =>
      flags.checksum || /^(\S*\.tar(\.\w+)?|\S*\.tgz)\s/.test(text) ? undefined : `ADD ${text}`,
    ),
  ],
  [
    "copy-folder",
    "critical",
    "Several files are copied into a folder, whose name ends with a slash",
    "end the destination with /",
    ["DS-0011"],
    instructions("COPY", ({ words, text }) =>
      !text.startsWith("[") && words.length > 2 && !/[/.]$/.test(words.at(-1) ?? "")
        ? `COPY of ${words.length - 1} files to ${words.at(-1)}`
        : undefined,
    ),
  ],
  [
    "copy-from-self",
    "critical",
    "COPY --from names an earlier stage",
    "name the stage that has the file",
    ["DS-0006"],
    copiesFromSelf,
  ],
  [
    "port-range",
    "critical",
    "Ports are between 1 and 65535",
    "write the port that the program listens on",
    ["DS-0008"],
    instructions("EXPOSE", ({ words }) => {
      const wrong = words.find(
        (word) =>
          /^\d/.test(word) &&
          word
            .split("/")[0]
            ?.split("-")
            .some((port) => Number(port) < 1 || Number(port) > 65_535),
      );
      return wrong === undefined ? undefined : `EXPOSE ${wrong}`;
    }),
  ],
  [
    "one-command",
    "high",
    "A stage has one CMD, one ENTRYPOINT and one HEALTHCHECK: only the last counts",
    "leave out all but the last",
    ["DS-0007", "DS-0016", "DS-0023"],
    repeated,
  ],
  [
    "sudo",
    "critical",
    "No sudo: RUN is root already, and an image has no use for it",
    "leave it out",
    ["CKV2_DOCKER_1", "DS-0010"],
    commands((words) => (program(words) === "sudo" ? `sudo ${words[1] ?? ""}` : undefined)),
  ],
  [
    "password",
    "high",
    "No password is set while an image is built: it would be in every copy",
    "leave out chpasswd",
    ["CKV2_DOCKER_17"],
    commands((words) =>
      ["chpasswd", "passwd"].includes(program(words)) ? `${program(words)} sets a password` : undefined,
    ),
  ],
  [
    "tls",
    "high",
    "Certificates are checked",
    "leave out the option, and install ca-certificates",
    [
      "CKV2_DOCKER_2",
      "CKV2_DOCKER_3",
      "CKV2_DOCKER_4",
      "CKV2_DOCKER_5",
      "CKV2_DOCKER_6",
      "CKV2_DOCKER_12",
      "CKV2_DOCKER_13",
      "CKV2_DOCKER_14",
      "CKV2_DOCKER_15",
      "CKV2_DOCKER_16",
    ],
    (file) => [...uncheckedCommands(file), ...uncheckedVariables(file)],
  ],
  [
    "signatures",
    "high",
    "Packages are installed only with their signature checked",
    "leave out the option, and install the repository's key",
    ["CKV2_DOCKER_7", "CKV2_DOCKER_8", "CKV2_DOCKER_9", "CKV2_DOCKER_10", "CKV2_DOCKER_11"],
    commands(unsigned),
  ],
  [
    "secrets",
    "critical",
    "No secret is built in: who has the image has it",
    "mount it: RUN --mount=type=secret, or read it when the container starts",
    ["DS-0031"],
    builtIn,
  ],
  [
    "one-downloader",
    "low",
    "Downloads use curl or wget, not both",
    "use one of them",
    ["DS-0014"],
    bothDownloaders,
  ],
];

export const DOCKERFILE_RULES: readonly Rule[] = [
  ...ROWS.map(([name, severity, description, remedy, ids, judge]) =>
    rule(
      { name: `dockerfile-${name}`, platform: "dockerfile", severity, description, remedy, ids },
      look(judge),
    ),
  ),
  ruleWith(
    {
      name: "dockerfile-pipe-to-shell",
      platform: "dockerfile",
      severity: "medium",
      description: "What is downloaded is checked before it is run",
      remedy: "download to a file, compare its checksum, then run it",
      ids: [],
    },
    z.strictObject({
      allow: z.array(z.string()).default([]).describe("Hosts whose scripts may be run at once"),
    }),
    (settingsOf) => ({
      subject: "dockerfile",
      judge: (file, context) =>
        instructions("RUN", ({ text }) => {
          const [, host = ""] =
            /\b(?:curl|wget)\b[^|;&]*?https?:\/\/([^/\s"']+)[^|;&]*\|\s*(?:sudo\s+)?(?:ba|da|z)?sh\b/.exec(
              text,
            ) ?? [];
          return host !== "" && !settingsOf(context).allow.includes(host)
            ? `a script of ${host} is run unseen`
            : undefined;
        })(file),
    }),
  ),
];

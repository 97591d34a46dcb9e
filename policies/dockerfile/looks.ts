/** Ways to look at a Dockerfile: by instruction, and by the programs that RUN starts. */
import { type Command, commandsOf, type Dockerfile, type Instruction, type Stage } from "./parse.ts";

/** Every instruction of one kind in every stage. */
export const instructions =
  (keyword: string, judge: (one: Instruction, stage: Stage) => string | undefined) => (file: Dockerfile) =>
    file.stages.flatMap((stage) =>
      stage.instructions
        .filter((one) => one.keyword === keyword)
        .flatMap((one) => {
          const why = judge(one, stage);
          return why === undefined ? [] : [`line ${one.line}: ${why}`];
        }),
    );

/** Every program that a RUN starts. */
export const commands =
  (judge: (words: readonly string[], command: Command) => string | undefined) => (file: Dockerfile) =>
    file.stages.flatMap((stage) =>
      commandsOf(stage).flatMap((command) => {
        const why = judge(command.words, command);
        return why === undefined ? [] : [`line ${command.line}: ${why}`];
      }),
    );

export const program = (words: readonly string[]): string => words[0]?.split("/").at(-1) ?? "";
export const INSTALLERS = ["apt-get", "apt", "apk", "yum", "dnf", "tdnf", "microdnf", "zypper"];
export const installs = (words: readonly string[]): boolean =>
  words.some((word) => ["install", "add", "upgrade", "dist-upgrade"].includes(word));
export const SYSTEM = /^\/(bin|boot|dev|etc|lib\w*|proc|run|sbin|sys|usr\/(s?bin|lib))(\/|$)/;

/** What is wrong with the stages of a Dockerfile and with the order of what they do. */
import { INSTALLERS, installs, program } from "./looks.ts";
import { commandsOf, type Dockerfile, type Stage } from "./parse.ts";

/** The stage that becomes the image. */
const final = ({ stages }: Dockerfile): Stage | undefined => stages.at(-1);

export function baseTags({ stages }: Dockerfile): string[] {
  const names = stages.flatMap(({ alias }) => (alias ? [alias.toLowerCase()] : []));
  return stages
    .filter(({ image }) => image !== "" && image !== "scratch" && !names.includes(image.toLowerCase()))
    .filter(({ image }) => !image.includes("@") && (/:latest$/.test(image) || !/:[^/]+$/.test(image)))
    .map(({ image, line }) => `line ${line}: FROM ${image}`);
}

export function sameNames({ stages }: Dockerfile): string[] {
  return stages.flatMap(({ alias, line }, index) =>
    alias !== undefined &&
    stages.slice(0, index).some((other) => other.alias?.toLowerCase() === alias.toLowerCase())
      ? [`line ${line}: ${alias} is the name of an earlier stage`]
      : [],
  );
}

export function updatesAlone({ stages }: Dockerfile): string[] {
  return stages.flatMap((stage) =>
    stage.instructions
      .filter(({ keyword }) => keyword === "RUN")
      .flatMap((one) => {
        const all = commandsOf({ ...stage, instructions: [one] }).filter(({ words }) =>
          INSTALLERS.includes(program(words)),
        );
        const updates = all.find(({ words }) =>
          words.some((word) => ["update", "--update", "makecache"].includes(word)),
        );
        return updates && !all.some(({ words }) => installs(words))
          ? [`line ${one.line}: ${updates.words.slice(0, 2).join(" ")} without install`]
          : [];
      }),
  );
}

/** `cd x && make` within one RUN is how one does it there; a RUN that only changes the folder does nothing. */
export function loneCd({ stages }: Dockerfile): string[] {
  return stages.flatMap((stage) =>
    stage.instructions
      .filter(({ keyword }) => keyword === "RUN")
      .flatMap((one) => {
        const [first, ...more] = commandsOf({ ...stage, instructions: [one] });
        return first && program(first.words) === "cd" && /^\//.test(first.words[1] ?? "")
          ? [`line ${one.line}: cd ${first.words[1]}${more.length === 0 ? " alone does nothing" : ""}`]
          : [];
      }),
  );
}

export function rootUser(file: Dockerfile): string[] {
  const stage = final(file);
  const user = stage?.instructions.findLast(({ keyword }) => keyword === "USER");
  if (!stage) return [];
  if (!user) return [`line ${stage.line}: the last stage has no USER`];
  return /^(root|0)(:|$)/.test(user.text) ? [`line ${user.line}: USER ${user.text}`] : [];
}

export function copiesFromSelf({ stages }: Dockerfile): string[] {
  return stages.flatMap(({ alias, instructions: all }, index) =>
    all
      .filter(
        ({ keyword, flags }) =>
          keyword === "COPY" &&
          flags.from !== undefined &&
          (flags.from === alias || flags.from === String(index)),
      )
      .map(({ line, flags }) => `line ${line}: COPY --from=${flags.from} is the stage itself`),
  );
}

export function repeated({ stages }: Dockerfile): string[] {
  return stages.flatMap(({ instructions: all }) =>
    ["CMD", "ENTRYPOINT", "HEALTHCHECK"].flatMap((keyword) =>
      all
        .filter((one) => one.keyword === keyword)
        .slice(1)
        .map(({ line }) => `line ${line}: another ${keyword}`),
    ),
  );
}

export function bothDownloaders(file: Dockerfile): string[] {
  const used = file.stages.map((stage) => commandsOf(stage).map(({ words }) => program(words)));
  return used.some((all) => all.includes("curl") && all.includes("wget"))
    ? ["curl and wget are both used in one stage"]
    : [];
}

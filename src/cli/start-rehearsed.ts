/** What `npm start` does where no container engine is to be had: it shows the production stack, and makes nothing. */
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import colors from "picocolors";
import type { Progress } from "../../bootstrap/progress.mjs";
import type { NoDocker } from "../../engine/docker.ts";
import { ownFolder } from "../../engine/folders.ts";
import { rehearse as perform } from "../../rehearsal/rehearse.ts";
import { renderSvg, topologyOf } from "../graph/index.ts";
import { planAsText } from "../plan/text.ts";
import { answerCost } from "./cost.ts";
import { scriptOf } from "./rehearsal-script.ts";
import { rehearsalAsText } from "./rehearsal-text.ts";
import { pictureOf } from "./rehearse.ts";
import { reportOn } from "./report.ts";
import { readSubject } from "./subject.ts";

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
}

/** Rehearses the stack `prod` of the project in the current folder, or `dev` where there is no other. */
export async function startRehearsed({ message }: NoDocker, { env, progress }: Surroundings): Promise<void> {
  const { targets } = await import("../../stacks/targets.ts");
  const stack = existsSync("Pulumi.prod.yaml") ? "prod" : "dev";
  const chosen = await readSubject({ stack }, targets);
  const { app, environment, target } = chosen.subject;
  progress.note(`No container engine is to be had here: ${message}`);
  progress.note(
    `So ${app} is rehearsed in place of started: ${environment} on ${target}, with the real engine and simulated clouds`,
  );
  const paint = colors.createColors(process.stdout.isTTY === true);
  const report = await reportOn(chosen);
  const script = scriptOf(chosen, { stack });
  const rehearsed = await progress.step(`Rehearsing up of ${stack}`, (tell) =>
    perform(script, { act: "up", env, progress, tell }),
  );
  const pictures = {
    "topology.svg": await renderSvg(topologyOf(chosen.app, report.plan)),
    "up.svg": pictureOf(rehearsed, chosen),
  };
  const files = await keep(pictures);
  const { stdout: cost } = await answerCost(["--stack", stack], targets, paint);
  const [summary = ""] = planAsText(report, { paint }).split("\n\n");
  console.log(
    `\n${[summary, cost.trim(), rehearsalAsText(rehearsed, { ...chosen, paint }).trim()].join("\n\n")}`,
  );
  console.log(`\nPictures: ${files.join(", ")}`);
  console.log(`The whole plan: npx atelier plan --stack ${stack}`);
  if (!rehearsed.succeeded) process.exitCode = 1;
}

/** Beside logs and state, which are in no one's commits. @returns paths from the current folder */
async function keep(pictures: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = join(await ownFolder(process.cwd()), "rehearsal");
  await mkdir(folder, { recursive: true });
  const files = Object.entries(pictures).map(async ([name, svg]) => {
    const file = join(folder, name);
    await writeFile(file, svg);
    return relative(process.cwd(), file);
  });
  return Promise.all(files);
}

/** Stacks of pull requests: made from Pulumi.preview.yaml, named by number, taken away by number or by age. */
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isMap, parseDocument } from "yaml";
import type { Progress } from "../../bootstrap/progress.mjs";
import { Stop } from "../../bootstrap/stop.mjs";
import { lastWords } from "../../engine/command.ts";
import type { OpenEngine } from "../../engine/open.ts";
import { describeChanges, type Outcome, runOperation } from "../../engine/operation.ts";
import { createStack, pulumi } from "../../engine/stack.ts";
import { PREVIEW } from "./pipeline.ts";

/** Stack and environment of a pull request: `pr-12`. */
export const previewName = (number: number): string => `pr-${number}`;

/** The stack file of a preview: the one of Pulumi.preview.yaml, with an environment and a domain of its own.
 * @param domain of Pulumi.preview.yaml's app
 */
export function previewFile(template: string, number: number, domain: string): string {
  const document = parseDocument(template);
  if (document.errors.length > 0 || !isMap(document.contents)) {
    throw new Stop(`Pulumi.${PREVIEW}.yaml is not YAML; npx atelier config --stack ${PREVIEW} says where`);
  }
  const name = previewName(number);
  document.setIn(["config", "atelier:environment"], name);
  const set = document.getIn(["config", "atelier:set"]);
  if (set === undefined || set === null) document.setIn(["config", "atelier:set"], document.createNode({}));
  document.setIn(["config", "atelier:set", "edge.domain"], `${name}.${domain}`);
  document.commentBefore = ` Made from Pulumi.${PREVIEW}.yaml for ${name}; not to be committed.`;
  return document.toString({ lineWidth: 0 });
}

export interface PreviewOptions {
  readonly opened: OpenEngine;
  readonly number: number;
  readonly progress: Progress;
}

/** Makes or updates a preview. @throws Stop with every resource that failed */
export async function previewUp(
  { opened, number, progress }: PreviewOptions,
  domain: string,
): Promise<Outcome> {
  const stack = previewName(number);
  const template = await readFile(templateOf(opened), "utf8");
  await writeFile(fileOf(opened, stack), previewFile(template, number, domain));
  await createStack(opened, stack);
  return operate(opened, "up", stack, progress);
}

/** Removes everything of a preview, its stack as well. Does nothing when there is none. */
export async function previewDown({ opened, number, progress }: PreviewOptions): Promise<void> {
  const stack = previewName(number);
  const known = (await previewsIn(opened)).some(({ name }) => name === stack);
  if (!known) return progress.note(`There is no ${stack}`);
  await remove(opened, stack, progress);
}

async function remove(opened: OpenEngine, stack: string, progress: Progress): Promise<void> {
  await operate(opened, "destroy", stack, progress);
  const { code, stderr } = await pulumi(opened, ["stack", "rm", stack, "--yes"]);
  if (code !== 0) throw new Stop(`${stack} is empty but could not be removed: ${lastWords(stderr)}`);
  await rm(fileOf(opened, stack), { force: true });
}

async function operate(
  opened: OpenEngine,
  verb: "up" | "destroy",
  stack: string,
  progress: Progress,
): Promise<Outcome> {
  const outcome = await progress.step(`${verb === "up" ? "Deploying" : "Removing"} ${stack}`, (tell) =>
    runOperation(opened, [verb, "--stack", stack], tell),
  );
  if (!outcome.succeeded) {
    const lines = outcome.failures.map(
      ({ resource, message }) => `  ${resource && `${resource}: `}${message}`,
    );
    throw new Stop([`pulumi ${verb} of ${stack} failed:`, ...lines].join("\n"));
  }
  progress.note(describeChanges(outcome.changes));
  return outcome;
}

export interface Preview {
  readonly name: string;
  /** When it was last deployed; absent when it never was. */
  readonly updated?: Date;
}

export async function previewsIn(opened: OpenEngine): Promise<readonly Preview[]> {
  const { code, stdout, stderr } = await pulumi(opened, ["stack", "ls", "--json"]);
  if (code !== 0) throw new Stop(`the stacks can't be listed: ${lastWords(stderr)}`);
  const all = JSON.parse(stdout) as readonly { readonly name: string; readonly lastUpdate?: string }[];
  return all
    .map(({ name, lastUpdate }) => ({ name: name.split("/").at(-1) ?? name, lastUpdate }))
    .filter(({ name }) => /^pr-\d+$/.test(name))
    .map(({ name, lastUpdate }) => ({ name, ...(lastUpdate && { updated: new Date(lastUpdate) }) }));
}

/** Previews that nobody deployed for so long. One that never was deployed came from a run that failed at once. */
export function tooOld(previews: readonly Preview[], milliseconds: number, now: Date): readonly Preview[] {
  return previews.filter(({ updated }) => !updated || now.getTime() - updated.getTime() >= milliseconds);
}

/** Takes away every preview that is too old, also after one that can't be. Returns how many there were.
 * @throws Stop naming those that could not be removed
 */
export async function sweep(opened: OpenEngine, milliseconds: number, progress: Progress): Promise<number> {
  const old = tooOld(await previewsIn(opened), milliseconds, new Date());
  const failures: string[] = [];
  for (const { name } of old) {
    await remove(opened, name, progress).catch((error: Error) => failures.push(error.message));
  }
  if (failures.length > 0) throw new Stop(failures.join("\n"));
  return old.length;
}

function templateOf({ project }: OpenEngine): string {
  const file = join(project, `Pulumi.${PREVIEW}.yaml`);
  if (existsSync(file)) return file;
  throw new Stop(
    `there is no Pulumi.${PREVIEW}.yaml in ${project}; write one with the target that previews run on`,
  );
}

const fileOf = ({ project }: OpenEngine, stack: string): string => join(project, `Pulumi.${stack}.yaml`);

/** Brings a state back in line with the cloud after an operation that was cut off, without asking anybody.
 *
 * Pulumi writes down that an operation begins and that it has ended. When it is killed in between, `up` goes on with a
 * warning and would make the resource a second time, and `refresh` wants a person at a terminal who says for each create
 * whether it succeeded. When only the answer of the cloud is lost, Pulumi forgets the create with its failure. Here each
 * of them is looked for: by the id that its provider would have formed, else in the cloud's own lists. What may be there
 * goes into the state, and the engine itself reads whether it is; what is not there leaves the state again.
 */

import { Stop } from "../../bootstrap/stop.mjs";
import type { Properties } from "../../rehearsal/values.ts";
import { lastWords } from "../command.ts";
import type { OpenEngine } from "../open.ts";
import { configFileArguments, pulumi } from "../stack.ts";
import { repairFiles } from "./files.ts";
import { finder } from "./find.ts";
import { forgetUnsure, readUnsure, type Unsure } from "./journal.ts";
import { withoutStaleLock } from "./lock.ts";
import type { Find } from "./model.ts";
import { candidates, type Doubt, doubtsIn, settle } from "./plan.ts";
import { exportState, hasPending, importState, resourcesOf, type State } from "./state.ts";

export interface RecoverOptions {
  /** How what may have been made is looked for; in the clouds themselves by default. */
  readonly find?: Find;
}

/** What was in doubt, and what came of it, a line for each. Empty when the last operation ended as it should.
 * @throws Stop when the state can't be read, changed or compared
 */
export async function recover(
  opened: OpenEngine,
  stack: string,
  { find = finder(opened.env) }: RecoverOptions = {},
): Promise<readonly string[]> {
  await repairFiles(opened, stack);
  const unsure = await readUnsure(opened, stack);
  const pending = await hasPending(opened, stack);
  if (pending === undefined || (!pending && unsure.length === 0)) return [];
  const said: string[] = [];
  const before = await exportState(opened, stack);
  const doubts = await look(before, unsure, find);
  // Pending operations stay in the state until all is known: whoever kills this starts it again.
  const supposed = candidates(before, doubts);
  if (supposed !== before) await importState(opened, stack, supposed);
  await refresh(opened, stack, doubts, said);
  const read = await exportState(opened, stack);
  const settled = settle(read, doubts);
  if (settled.state !== read) await importState(opened, stack, settled.state);
  await forgetUnsure(opened, stack);
  return [...said, ...settled.said];
}

async function look(state: State, unsure: readonly Unsure[], find: Find): Promise<readonly Doubt[]> {
  const doubts: Doubt[] = [];
  for (const doubt of doubtsIn(state, unsure)) {
    if (doubt.verb !== "create") doubts.push(doubt);
    else doubts.push({ ...doubt, found: await find(begunOf(state, doubt)) });
  }
  return doubts;
}

function begunOf(state: State, { resource, since }: Doubt) {
  const resources = resourcesOf(state);
  const provider = resources.find(({ urn, id }) => `${urn}::${id}` === resource.provider);
  const { urn, type, inputs = {} } = resource;
  return {
    urn,
    type,
    name: urn.split("::").slice(3).join("::"),
    inputs,
    provider: provider?.inputs ?? ({} as Properties),
    known: resources.flatMap((one) => (one.type === type && one.id !== undefined ? [one.id] : [])),
    since,
  };
}

/** The engine asks the providers for everything in doubt. */
async function refresh(
  opened: OpenEngine,
  stack: string,
  doubts: readonly Doubt[],
  said: string[],
): Promise<void> {
  const urns = [
    ...new Set(doubts.filter(({ found }) => typeof found !== "string").map(({ resource }) => resource.urn)),
  ];
  if (urns.length === 0) return;
  const targets = urns.flatMap((urn) => ["--target", urn]);
  const args = ["refresh", "--yes", "--skip-preview", "--skip-pending-creates", "--stack", stack, ...targets];
  const file = await configFileArguments(opened, args);
  const run = () => pulumi(opened, [...args, ...file]);
  const { code, stderr, stdout } = await withoutStaleLock(opened, stack, run, (what) => said.push(what));
  if (code === 0) return;
  throw new Stop(
    `what an interrupted operation left can't be looked at: ${errorsIn(`${stdout}\n${stderr}`)}; try again when the providers answer`,
  );
}

/** What Pulumi marks as errors, once each. */
function errorsIn(said: string): string {
  const errors = [...said.matchAll(/\berror: (.+)/g)].map(([, words = ""]) => words.trim());
  const own = errors.filter((words) => !/^(preview|update) failed|errors? occurred/.test(words));
  return [...new Set(own)].slice(0, 3).join("; ") || lastWords(said);
}

/** `atelier recover`: puts a stack's state in order after a run of pulumi that was cut off. */
import { createProgress } from "../../bootstrap/progress.mjs";
import { Stop } from "../../bootstrap/stop.mjs";
import { projectFolder } from "../../engine/folders.ts";
import { openEngine } from "../../engine/open.ts";
import { recover as putInOrder } from "../../engine/recovery/recover.ts";
import { chosenStack } from "../../engine/stack.ts";

export async function runRecover(args: { readonly stack?: string | undefined }): Promise<void> {
  const progress = createProgress();
  const opened = await openEngine({
    project: await projectFolder(process.cwd()),
    env: process.env,
    progress,
  });
  const stack = args.stack ?? (await chosenStack(opened, []));
  if (stack === undefined) throw new Stop("no stack is selected; name one: atelier recover --stack prod");
  const said = await progress.step(`Looking at what ${stack} left in doubt`, () => putInOrder(opened, stack));
  for (const line of said) progress.note(line);
  console.log(
    said.length > 0
      ? `${stack} is in order; pulumi up goes on where it was cut off.`
      : `${stack} has nothing in doubt.`,
  );
}

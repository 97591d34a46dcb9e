/** Prints the longest chain of each example's first deployment on Google Cloud, by the creation times of
 * rehearsal/google/times.ts, and what part of it the cloud itself asks for. Takes seconds; nothing is created.
 *
 *     node --stack-trace-limit=0 bench/critical-path/run.ts
 */
import type { Chain } from "../../rehearsal/critical-path.ts";
import { criticalPathOf, secondsOf } from "../../tests/helpers/critical-path.ts";
import { EXAMPLES, GOOGLE_TARGETS, loadExample, runGoogle } from "../../tests/helpers/google-stack.ts";

const time = (seconds: number) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

function print({ seconds, members }: Chain): void {
  for (const { id, type } of members) console.log(`  ${time(secondsOf(type)).padStart(6)}  ${id}`);
  console.log(`  ${time(seconds).padStart(6)}  in all`);
}

for (const example of EXAMPLES) {
  for (const target of GOOGLE_TARGETS) {
    const { resources } = await runGoogle(loadExample(example), { target });
    const { program, abreast, unavoidable } = criticalPathOf(resources);
    const ratio = (chain: Chain) => (chain.seconds / unavoidable.seconds).toFixed(3);
    console.log(`${example} on ${target}, ${resources.length} resources`);
    print(program);
    console.log(
      `  ${time(unavoidable.seconds).padStart(6)}  unavoidable, ratio ${ratio(program)} (goal 1.05)`,
    );
    if (abreast.seconds < program.seconds) {
      console.log(`          with all regions at once, which is not chosen: ratio ${ratio(abreast)}`);
    }
    console.log();
  }
}

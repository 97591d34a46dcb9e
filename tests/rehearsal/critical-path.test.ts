/** The program waits for no more than the cloud asks for: `node bench/critical-path/run.ts` prints the chains. */
import { describe, expect, it } from "vitest";
import { longestChain } from "../../rehearsal/critical-path.ts";
import { criticalPathOf } from "../helpers/critical-path.ts";
import { EXAMPLES, GOOGLE_TARGETS, loadExample, runGoogle } from "../helpers/google-stack.ts";

const GOAL = 1.05;

const resource = (id: string, ...after: string[]) => ({ id, type: id, after });

describe("the longest chain", () => {
  const all = [
    resource("edge", "service"),
    resource("service", "database", "image"),
    resource("database"),
    resource("image"),
  ];
  const seconds = ({ id }: { id: string }) => ({ database: 600, image: 120, service: 40, edge: 15 })[id] ?? 0;

  it("ends last when everything starts as soon as it can", () => {
    const { seconds: length, members } = longestChain(all, seconds);
    expect([length, members.map(({ id }) => id)]).toEqual([655, ["database", "service", "edge"]]);
  });

  it("leaves out what need not wait", () => {
    const chain = longestChain(all, seconds, (_, on) => on.id !== "database");
    expect([chain.seconds, chain.members.map(({ id }) => id)]).toEqual([600, ["database"]]);
  });
});

describe.each(EXAMPLES)("%s", (example) => {
  it.each(GOOGLE_TARGETS)(
    "waits on %s for what has to be there, and for the region before",
    async (target) => {
      const { resources } = await runGoogle(loadExample(example), { target });
      const { program, abreast, unavoidable } = criticalPathOf(resources);
      expect(abreast.seconds / unavoidable.seconds).toBeLessThanOrEqual(GOAL);
      const regions = loadExample(example).regions.length;
      if (regions < 2) expect(program.seconds).toBe(abreast.seconds);
    },
  );
});

/** 10,000 wrong configurations: each is accepted or answered with problems that say where and what to do. */
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { ConfigError, formatProblem, loadAppText } from "../../src/config/index.ts";
import { bases } from "./mutation/bases.ts";
import { type Mutation, mutateText, mutateTree } from "./mutation/mutate.ts";

const RUNS = 10_000;
const SEED = 20_261_121;
/** Of one load. The slowest one measured takes a tenth of it. */
const LIMIT = 1000;

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.nat(),
  at: fc.nat(),
  value: fc.nat(),
  text: fc.string({ unit: "binary", maxLength: 12 }),
});

const config = fc.record({
  base: fc.nat({ max: bases.length - 1 }),
  environment: fc.constantFrom("dev", "staging", "prod", "pr-7"),
  tree: fc.array(mutation, { maxLength: 3 }),
  text: fc.array(mutation, { maxLength: 2 }),
});

describe("mutated configurations", () => {
  it("start from bases that are accepted", () => {
    for (const base of bases) expect(() => load(stringify(base), "prod")).not.toThrow();
  });

  it("are accepted or refused with problems, never with anything else, and at once", () => {
    const counts = { accepted: 0, refused: 0, slowest: 0 };
    fc.assert(
      fc.property(config, ({ base, environment, tree, text }) => {
        const written = tree.reduce<unknown>(mutateTree, structuredClone(bases[base]));
        const mutated = text.reduce(mutateText, stringify(written, { aliasDuplicateObjects: false }));
        const start = performance.now();
        const outcome = load(mutated, environment);
        counts.slowest = Math.max(counts.slowest, performance.now() - start);
        counts[outcome]++;
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
    expect(counts.accepted + counts.refused).toBe(RUNS);
    expect(counts.refused).toBeGreaterThan(RUNS / 2);
    expect(counts.slowest).toBeLessThan(LIMIT);
  }, 300_000);

  it("ask no provider: the configuration layer imports none, and no way to reach one", () => {
    const script = `
      import { registerHooks } from "node:module";
      const asked = [];
      registerHooks({ resolve: (name, context, next) => { asked.push(name); return next(name, context); } });
      await import(${JSON.stringify(resolve(import.meta.dirname, "../../src/config/index.ts"))});
      console.log(JSON.stringify(asked));`;
    const asked = JSON.parse(
      execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" }),
    ) as string[];
    const packages = new Set(asked.filter((name) => !/^[./]|^file:/.test(name)));
    const readers = ["yaml", "zod", "cron-parser", "luxon", "ipaddr.js", "fastest-levenshtein"];
    const builtins = ["node:fs", "node:path", "buffer", "process"];
    expect([...packages].filter((name) => ![...readers, ...builtins].includes(name))).toEqual([]);
  });
});

function load(text: string, environment: string): "accepted" | "refused" {
  try {
    loadAppText(text, { file: "app.yaml", environment });
    return "accepted";
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
    for (const problem of error.problems) {
      const line = formatProblem(problem);
      if (problem.path.length === 0 && !problem.at) throw new Error(`says not where: ${line}`);
      if (problem.remedy.trim() === "") throw new Error(`has no remedy: ${line}`);
      if (/[\n\r\u2028\u2029]/.test(line)) throw new Error(`is not one line: ${JSON.stringify(line)}`);
      if (line.length > 1500) throw new Error(`is too long: ${line}`);
    }
    return "refused";
  }
}

import { defineConfig } from "vitest/config";

/** Run the real engine and nothing on Docker. */
const ENGINE = [
  "ci",
  "google",
  "graph",
  "plan-html",
  "plan-truth",
  "policies",
  "previews",
  "start-rehearsed",
  "verify",
].map((name) => `tests/e2e/${name}.test.ts`);

/** `unit` runs in memory, in parallel, and `engine` the real engine, in parallel too. `e2e` runs on the real Docker of this
 * machine, or measures time, one file after another.
 */
export default defineConfig({
  test: {
    maxWorkers: "100%",
    projects: [
      {
        test: {
          name: "unit",
          include: ["tests/**/*.test.ts"],
          exclude: ["tests/e2e/**"],
          testTimeout: 120_000,
          // What one file loads serves the next; none leaves anything behind.
          isolate: false,
        },
      },
      {
        test: { name: "engine", include: ENGINE, testTimeout: 600_000, hookTimeout: 1_200_000 },
      },
      {
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          exclude: ENGINE,
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 1_200_000,
        },
      },
    ],
  },
});

/** A change touches what must change and nothing else, and no visitor notices. */
import { describe, expect, it } from "vitest";
import type { Step } from "../../helpers/stack.ts";
import { type FlashFit, STACK } from "./context.ts";
import { type LoadResult, underLoad } from "./load.ts";

const PAGE = { path: "/app/" };

export function describeChanges(flashfit: () => FlashFit): void {
  describe("changes (FF-08, CG-12)", () => {
    it("has nothing to do the second time", async () => {
      expect(await flashfit().stack.preview()).toEqual([]);
    });

    it("adds an instance for a higher scale and touches nothing else", async () => {
      await flashfit().change({ "services.api.scale.min": 2, "services.api.scale.max": 2 });
      // Beside the new instance, the database learns that the API may hold more connections.
      expect(parts(await flashfit().stack.preview())).toEqual(["api-2", "db-setup"]);
      expectNothingLost(await underLoad(PAGE, () => flashfit().mustUp()));
      expect(await flashfit().containers("api")).toHaveLength(2);
    });

    it("exchanges a service for a changed variable without a lost request", async () => {
      await flashfit().change({ "services.frontend.env.THEME": "dark" });
      expect(parts(await flashfit().stack.preview())).toEqual(["frontend-1"]);
      expectNothingLost(await underLoad(PAGE, () => flashfit().mustUp()));
      const [container = ""] = await flashfit().containers("frontend");
      expect(await flashfit().inside("frontend", ["sh", "-c", "echo $THEME"])).toBe("dark\n");
      expect(container).not.toBe("");
    });

    it("exchanges the edge for a changed route without a lost request", async () => {
      await flashfit().change({ "routes./look": { redirect: "/app/" } });
      expect(parts(await flashfit().stack.preview())).toEqual(["edge"]);
      expectNothingLost(await underLoad(PAGE, () => flashfit().mustUp()));
      expect((await flashfit().ask("/look")).headers.location).toBe("/app/");
    });

    it("leaves the old version serving when the new one is broken, and says which", async () => {
      const before = await flashfit().containers("frontend");
      await flashfit().change({
        "services.frontend.develop.command": ["node", "-e", "setTimeout(() => {}, 1e9)"],
        "services.frontend.health.startup": "5s",
      });
      let code = 0;
      expectNothingLost(
        await underLoad(PAGE, async () => {
          const up = await flashfit().stack.up();
          code = up.code;
          expect(up.text).toContain("frontend");
        }),
      );
      expect(code).not.toBe(0);
      expect(await flashfit().containers("frontend")).toEqual(expect.arrayContaining(before));
      await flashfit().reset();
      await flashfit().mustUp();
      expect(await flashfit().stack.preview()).toEqual([]);
    });
  });
}

/** Parts that a preview touches: names without deployment, generation and companion. */
function parts(steps: readonly Step[]): string[] {
  const names = steps.map(({ name }) => name.replace(`${STACK}-`, "").replace(/-[0-9a-f]{6}(-files)?$/, ""));
  return [...new Set(names)].sort();
}

function expectNothingLost({ requests, failures, slowest }: LoadResult): void {
  console.log(`${requests} requests, ${JSON.stringify(failures)} lost, slowest ${slowest} ms`);
  expect(requests).toBeGreaterThan(200);
  expect(failures).toEqual({});
}

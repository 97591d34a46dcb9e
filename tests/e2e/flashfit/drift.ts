/** What somebody changed by hand is seen and repaired. */
import { describe, expect, it } from "vitest";
import { docker } from "../../helpers/docker.ts";
import type { FlashFit } from "./context.ts";

/** One service each, so that all of it is found and repaired at once. */
const DAMAGE: Readonly<Record<string, (container: string) => Promise<unknown>>> = {
  frontend: (name) => docker("stop", "-t", "2", name),
  encoder: (name) => docker("update", "--memory=900m", "--memory-swap=900m", name),
  api: (name) => docker("rm", "-f", name),
};

export function describeDrift(flashfit: () => FlashFit): void {
  describe("changes made by hand", () => {
    const victims: Record<string, string> = {};

    it("are found: a container that was stopped, one with other limits, one that is gone", async () => {
      for (const [service, damage] of Object.entries(DAMAGE)) {
        const [victim = ""] = await flashfit().containers(service);
        victims[service] = victim;
        await damage(victim);
      }
      const found = await flashfit().stack.preview("--refresh");
      expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.values(victims)));
    });

    it("are repaired, and then there is nothing left to do", async () => {
      await flashfit().mustUp("--refresh");
      for (const [service, victim] of Object.entries(victims)) {
        expect(await flashfit().containers(service)).toEqual([victim]);
      }
      expect(await flashfit().stack.preview("--refresh")).toEqual([]);
    });
  });
}

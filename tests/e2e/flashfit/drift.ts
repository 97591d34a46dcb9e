/** What somebody changed by hand is seen and repaired. */
import { describe, expect, it } from "vitest";
import { docker, type FlashFit } from "./context.ts";

export function describeDrift(flashfit: () => FlashFit): void {
  describe("changes made by hand", () => {
    it.each([
      ["stopped", "frontend", (name: string) => docker("stop", "-t", "2", name)],
      [
        "given other limits",
        "encoder",
        (name: string) => docker("update", "--memory=900m", "--memory-swap=900m", name),
      ],
      ["removed", "api", (name: string) => docker("rm", "-f", name)],
    ])("finds a container that was %s, and repairs it", async (_, service, damage) => {
      const before = await flashfit().containers(service);
      const [victim = ""] = before;
      await damage(victim);
      const found = await flashfit().stack.preview("--refresh");
      expect(found.map(({ name }) => name)).toContain(victim);
      await flashfit().mustUp("--refresh");
      expect(await flashfit().containers(service)).toEqual(before);
      expect(await flashfit().stack.preview("--refresh")).toEqual([]);
    });
  });
}

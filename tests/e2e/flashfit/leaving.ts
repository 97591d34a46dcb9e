/** `destroy` leaves nothing of ours but, where data is kept, its volumes. */
import { describe, expect, it } from "vitest";
import { docker } from "../../helpers/docker.ts";
import { type FlashFit, ownImages, STACK } from "./context.ts";

const mine = `label=atelier.stack=${STACK}`;

export function describeLeaving(flashfit: () => FlashFit): void {
  describe("destroy", () => {
    it("removes every container, network, image and, in development, volume", async () => {
      expect(await list("ps", "-aq")).not.toEqual([]);
      const destroy = await flashfit().stack.destroy();
      expect(destroy.code, destroy.text).toBe(0);
      expect(await list("ps", "-a", "--format={{.Names}}")).toEqual([]);
      expect(await list("network", "ls", "--format={{.Name}}")).toEqual([]);
      expect(await list("volume", "ls", "--format={{.Name}}")).toEqual([]);
      const left = (await ownImages()).filter((image) => !flashfit().imagesBefore.includes(image));
      expect(left).toEqual([]);
    });
  });
}

async function list(...command: string[]): Promise<string[]> {
  const { stdout } = await docker(...command, "--filter", mine);
  return stdout.split("\n").filter(Boolean);
}

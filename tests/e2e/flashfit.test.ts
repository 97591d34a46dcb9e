/** FlashFit AI, development, on the real engine and a real Docker host: one deployment, looked at from every side.
 * The checks run in this order; each leaves the deployment as it found it.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeChanges } from "./flashfit/changes.ts";
import { FlashFit } from "./flashfit/context.ts";
import { describeDoor } from "./flashfit/door.ts";
import { describeDrift } from "./flashfit/drift.ts";
import { describeHealing } from "./flashfit/healing.ts";
import { describeLeaving } from "./flashfit/leaving.ts";
import { describeMonitoring } from "./flashfit/monitoring.ts";
import { describeNetwork } from "./flashfit/network.ts";

let deployed: FlashFit | undefined;
const flashfit = (): FlashFit => {
  if (!deployed) throw new Error("FlashFit was not deployed.");
  return deployed;
};

describe("FlashFit AI on Docker (FF-01 to FF-08, FF-10 to FF-13)", () => {
  beforeAll(async () => {
    deployed = await FlashFit.create();
  });
  afterAll(async () => {
    await deployed?.stack.remove();
  });

  it("comes up", async () => {
    const up = await flashfit().stack.up();
    expect(up.code, up.text).toBe(0);
  });

  describeDoor(flashfit);
  describeNetwork(flashfit);
  describeMonitoring(flashfit);
  describeChanges(flashfit);
  describeDrift(flashfit);
  describeHealing(flashfit);
  describeLeaving(flashfit);
});

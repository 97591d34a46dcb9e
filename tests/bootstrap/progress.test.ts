import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { createProgress, formatSeconds } from "../../bootstrap/progress.mjs";
import { describeFailure, Stop } from "../../bootstrap/stop.mjs";

it.each([
  [0.34, "0.3 s"],
  [9.96, "10 s"],
  [59.4, "59 s"],
  [60, "1 min"],
  [190.2, "3 min 10 s"],
])("%d seconds are %s", (seconds, expected) => expect(formatSeconds(seconds)).toBe(expected));

it("says of a quick step only that it is done", async () => {
  const lines: string[] = [];
  await createProgress({ write: (text) => lines.push(text) }).step("Quick", async () => undefined);
  expect(lines).toEqual([expect.stringMatching(/^✓ Quick {2}0\.\d s\n$/)]);
});

it("announces a long step, says where it is, and how it ended", async () => {
  const lines: string[] = [];
  const progress = createProgress(
    { write: (text) => lines.push(text) },
    { announceAfter: 20, repeatEvery: 60 },
  );
  const work = async (tell: (detail: string) => void) => {
    tell("12 packages");
    await sleep(120);
    throw new Error("broken");
  };
  await expect(progress.step("Long", work, { seconds: 240 })).rejects.toThrow("broken");
  expect(lines).toEqual([
    "… Long (about 4 min)\n",
    expect.stringMatching(/^… Long {2}0\.\d s of about 4 min, 12 packages\n$/),
    expect.stringMatching(/^✗ Long {2}0\.\d s\n$/),
  ]);
});

it("prints one line for what was foreseen, and a stack trace only for those who ask", () => {
  const stop = new Stop("no engine; install one");
  expect(describeFailure(stop, {})).toBe("no engine; install one");
  expect(describeFailure(stop, { ATELIER_DEBUG: "1" })).toContain("progress.test.ts");
  expect(describeFailure(new TypeError("odd"), {})).toBe(
    "odd; set ATELIER_DEBUG=1 to see where it comes from",
  );
});

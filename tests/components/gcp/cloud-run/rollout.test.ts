import { describe, expect, test } from "vitest";
import type { Rollout } from "../../../../src/config/model.ts";
import { minutes, percent, seconds } from "../../../../src/config/units.ts";
import { makeWeb } from "../../../helpers/app.ts";
import { resolved } from "../../../helpers/gcp-data.ts";
import { runService, SERVICE } from "../../../helpers/gcp-run.ts";

const CANARY: Rollout = {
  strategy: "canary",
  share: percent(25),
  gate: { errorRate: percent(1), p95: seconds(2), for: minutes(2) },
  rollback: "manual",
};

async function run(canary: object | undefined, rollout: Rollout = CANARY) {
  const { metrics: _metrics, ...spec } = makeWeb({ rollout });
  const program = await runService(spec, { settings: canary ? { canary: { api: canary } } : {} });
  const { inputs } = program.get("shop-dev-api-us-central1", SERVICE);
  const { revision, next } = program.result;
  return {
    traffics: inputs.traffics,
    revision: revision ? await resolved(revision) : "",
    next: next ? await resolved(next) : undefined,
  };
}

const all = [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }];
const OLD = "shop-dev-api-0ddba11a";

describe("traffic (CG-10, SA-08)", () => {
  test.each(["rolling", "blue-green"] as const)(
    "of %s goes to the newest revision that is ready",
    async (strategy) => {
      const { traffics, next } = await run(undefined, { strategy, rollback: "automatic" });
      expect(traffics).toEqual(all);
      expect(next).toBeUndefined();
    },
  );

  test("of a canary leaves the stable revision the rest", async () => {
    const { traffics } = await run({ stable: OLD });
    expect(traffics).toEqual([
      { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: OLD, percent: 75 },
      { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 25 },
    ]);
  });

  test("of a canary goes on and back by the settings", async () => {
    expect((await run({ stable: OLD, share: "50%" })).traffics).toMatchObject([
      { percent: 50 },
      { percent: 50 },
    ]);
    expect((await run({ stable: OLD, share: "0%" })).traffics).toEqual([
      { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: OLD, percent: 100 },
    ]);
  });

  test("goes to the new revision in full once that is named as stable, and when there was none", async () => {
    const { revision } = await run({ stable: OLD });
    expect(await run({ stable: revision })).toEqual({
      traffics: all,
      revision,
      next: `${revision} serves all requests.`,
    });
    const first = await run({ stable: "none" });
    expect(first.traffics).toEqual(all);
    expect(first.next).toBe(
      `${revision} serves all requests. Make it the stable one: pulumi config set --path 'atelier:gcp-cloud-run.canary["api"].stable' ${revision}`,
    );
  });
});

describe("the outputs", () => {
  test("say how a canary goes on and back", async () => {
    const { next, revision } = await run({ stable: OLD });
    expect(next).toBe(
      `${revision} serves 25% of the requests, ${OLD} the rest. Its gate, for 2m: errors up to 1%, p95 up to 2s. ` +
        `Go on: pulumi config set --path 'atelier:gcp-cloud-run.canary["api"].stable' ${revision} && pulumi up. ` +
        `Go back: pulumi config set --path 'atelier:gcp-cloud-run.canary["api"].share' 0% && pulumi up.`,
    );
  });

  test("forget a share that was only meant for this canary", async () => {
    const { next, revision } = await run({ stable: OLD, share: "50%" });
    expect(next).toContain(
      `.stable' ${revision} && pulumi config rm --path 'atelier:gcp-cloud-run.canary["api"].share' && pulumi up.`,
    );
  });
});

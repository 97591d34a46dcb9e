/** Rehearsals under the real engine: a sample of the matrices of bench/faults, and what the command tells of an app. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SMALL } from "../../bench/faults/apps.ts";
import {
  type Bases,
  each,
  failAll,
  killAt,
  lengthsOf,
  pointsOf,
  prepare,
  sampleOf,
} from "../../bench/faults/matrix.ts";
import { createProgress } from "../../bootstrap/progress.mjs";
import { replay } from "../../rehearsal/clock.ts";
import { FAULT_KINDS, Faults, parseFault } from "../../rehearsal/faults.ts";
import { type Act, plannedFor, recoverFrom } from "../../rehearsal/rehearse.ts";
import { Stage } from "../../rehearsal/stage.ts";
import { ROOT } from "../helpers/stack.ts";

const run = promisify(execFile);
const quiet = createProgress({ write: () => true });
const NOTHING = { orphans: [], missing: [], stale: [], pending: [] };

describe("a small app", () => {
  let bases: Bases | undefined;
  const at = (): Bases => {
    if (!bases) throw new Error("the app did not come up");
    return bases;
  };

  beforeAll(async () => {
    bases = await prepare(await Stage.open(SMALL.script, { env: process.env, progress: quiet }), SMALL.after);
  });
  afterAll(async () => {
    await Promise.all(Object.values(bases ?? {}).map((stage) => stage.close()));
  });

  it("comes to rest after the engine was killed at any point, without a question, with nothing left over", async () => {
    const points = sampleOf(pointsOf(await lengthsOf(at()), [0]), 20);
    const cells = await each(points, 2, (point) => killAt(at(), point));
    for (const { what, result } of cells) {
      expect({ what, ...result.differences }).toEqual({ what, ...NOTHING });
      expect({ what, runs: result.reruns.length, converged: result.converged }).toEqual({
        what,
        runs: 1,
        converged: true,
      });
    }
    const recovered = cells.flatMap(({ result }) => result.reruns.flatMap((rerun) => rerun.recovered));
    expect(recovered.some((line) => line.endsWith("but it is there; taken over"))).toBe(true);
    expect(recovered.some((line) => line.endsWith("before it was there"))).toBe(true);
  });

  // One act for each: all of them are bench/faults.
  const ACT: Readonly<Record<string, Act>> = {
    500: "destroy",
    429: "update",
    timeout: "destroy",
    lost: "up",
  };

  it.each(FAULT_KINDS)("comes to rest after every operation failed once with %s", async (kind) => {
    const act = ACT[kind] ?? "up";
    const { result } = await failAll(at(), act, kind);
    expect(result.failures.length).toBeGreaterThan(0);
    expect(result.differences).toEqual(NOTHING);
    expect(result.converged).toBe(true);
  });

  it("does not take over what somebody else made", async () => {
    const stage = await at().up.copy();
    try {
      const type = "gcp:secretmanager/secret:Secret";
      stage.cloud.create(type, "theirs", { project: "acme-faults", secretId: "api-key" });
      const { outcome } = await stage.run("up");
      expect(outcome.failures.map(({ resource, message }) => `${resource}: ${message}`)).toEqual([
        `key: 409: ${type} projects/acme-faults/secrets/api-key already exists`,
      ]);
      const again = await stage.run("up");
      expect(again.outcome.recovered).toEqual([]);
      expect(again.outcome.succeeded).toBe(false);
    } finally {
      await stage.close();
    }
  });

  it("says which create it took over after its answer was lost", async () => {
    const faults = new Faults([parseFault("gcp:sql/databaseInstance*:create:lost")]);
    const { reruns, failures, converged } = await recoverFrom(at().up, "up", "lost", { faults });
    expect(failures.map(({ resource }) => resource)).toEqual(["db"]);
    expect(reruns).toEqual([
      {
        succeeded: true,
        failures: [],
        recovered: [
          "db (gcp:sql/databaseInstance:DatabaseInstance): its making was cut off, but it is there; taken over",
        ],
      },
    ]);
    expect(converged).toBe(true);
  });

  it("takes as long in the cloud's replayed time as is predicted", async () => {
    const stage = await at().up.copy();
    try {
      const speed = 120;
      const clock = replay(speed);
      const before = await stage.state();
      const { operations, outcome } = await stage.run("up", { clock });
      expect(outcome.succeeded).toBe(true);
      const { schedule, chain } = plannedFor(operations, [before, await stage.state()], stage.behaviour);
      expect(schedule.seconds).toBe(chain);
      const ended = Math.max(...operations.map(({ ended: at }) => at));
      const span = ended - Math.min(...operations.map(({ began }) => began));
      // The engine's own time is in the replayed one, and counts as much faster as the rest.
      expect(span).toBeGreaterThanOrEqual(schedule.seconds * 0.99);
      expect(span - schedule.seconds).toBeLessThan(4 * speed);
    } finally {
      await stage.close();
    }
  });
});

describe("atelier rehearse", () => {
  const folder = mkdtemp(join(tmpdir(), "atelier-rehearse-"));
  afterAll(async () => rm(await folder, { recursive: true, force: true }));

  const scratch = folder.then((own) => mkdtemp(join(own, "tmp-")));

  const atelier = async (...args: string[]) => {
    const child = run(process.execPath, [join(ROOT, "bootstrap/atelier.mjs"), "rehearse", ...args], {
      cwd: ROOT,
      env: { ...process.env, NO_COLOR: "1", TMPDIR: await scratch },
    });
    return child.then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  };
  const APP = ["--app", "examples/ai-shopping-assistant/app.yaml", "--environment", "prod"];

  it("runs a stack on Docker without a Docker, and leaves nothing of it behind", async () => {
    const picture = join(await folder, "up.svg");
    const { code, stdout, stderr } = await atelier("up", ...APP, "--target", "docker", "--picture", picture);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^up succeeds: operations: \d+ create\n/);
    expect(stdout).toContain("Nothing real was made, changed or removed.");
    expect(Math.max(...stdout.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(140);
    expect(await readFile(picture, "utf8")).toContain("</svg>");
    expect(await readdir(await scratch)).toEqual([]);
  });

  it("refuses a failure that meets nothing, and an act that there is not", async () => {
    const { code, stderr } = await atelier("upp");
    expect(code).toBe(1);
    expect(stderr).toBe(
      "atelier rehearse: upp can't be rehearsed; allowed: up, update, destroy, failover; did you mean up?\n",
    );
    const update = await atelier("update", ...APP);
    expect(update.stderr).toBe(
      "--set: an update needs something that changes; write --set services.api.scale.max=4 for instance\n",
    );
  });
});

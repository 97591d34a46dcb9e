/** Every panel and every rule has data, from real traffic. */
import { describe, expect, it } from "vitest";
import { monitoringOf } from "../../../components/monitoring/definitions.ts";
import { loadApp } from "../../../src/config/index.ts";
import { docker, eventually } from "../../helpers/docker.ts";
import { TRAFFIC } from "../../helpers/flashfit-traffic.ts";
import { checkQueries } from "../../helpers/queries.ts";
import { APP, type FlashFit, PROMETHEUS, STACK } from "./context.ts";
import { hang } from "./healing.ts";

export function describeMonitoring(flashfit: () => FlashFit): void {
  describe("monitoring (FF-03, FF-05, FF-06, FF-12)", () => {
    it("scrapes everything", async () => {
      await eventually(async () => {
        const { data } = (await (await fetch(`${PROMETHEUS}/api/v1/targets`)).json()) as Targets;
        const down = data.activeTargets.filter(({ health }) => health !== "up");
        expect(down.map(({ labels, lastError }) => `${labels.job}: ${lastError}`)).toEqual([]);
        const jobs = new Set(data.activeTargets.map(({ labels }) => labels.job));
        expect([...jobs]).toEqual(
          expect.arrayContaining(["api", "encoder", "db", "cache", "index", "edge", "waf", "node", "keeper"]),
        );
      }, 60_000);
    });

    it("has data for every panel and every rule", async () => {
      await causeEvents(flashfit());
      await sendTraffic(flashfit());
      await eventually(async () => {
        const { dashboards, rules } = definitions();
        const problems = await checkQueries(PROMETHEUS, dashboards, rules);
        expect(problems.map(({ where, problem }) => `${where}: ${problem}`)).toEqual([]);
      }, 120_000);
    });

    it("collects the logs of every service", async () => {
      await eventually(async () => {
        const names = await flashfit().inside("keeper", ["ls", "/var/log/atelier"]);
        expect(names.split("\n")).toEqual(expect.arrayContaining(["api", "frontend", "edge", "db"]));
        const lines = await flashfit().inside("keeper", [
          "sh",
          "-c",
          "tail -qn1 /var/log/atelier/api/*.jsonl",
        ]);
        expect(JSON.parse(lines.trim().split("\n").at(-1) ?? "")).toBeTypeOf("object");
      });
    });
  });
}

interface Targets {
  readonly data: {
    readonly activeTargets: { health: string; lastError: string; labels: Record<string, string> }[];
  };
}

function definitions() {
  return monitoringOf(loadApp({ file: APP, environment: "dev" }).app);
}

/** What panels about scheduled runs and restarts wait for: a cron entry that ran, a service that hung. */
async function causeEvents(flashfit: FlashFit): Promise<void> {
  const { stdout } = await docker("ps", "-aq", "--filter", `label=atelier.stack=${STACK}`, "--filter", CRON);
  await docker("start", ...stdout.split("\n").filter(Boolean));
  const [encoder = ""] = await flashfit.containers("encoder");
  await hang(encoder);
}

const CRON = "label=atelier.run=on-schedule";

/** Twice with a scrape in between: a new series has no rate before its second sample. */
async function sendTraffic(flashfit: FlashFit): Promise<void> {
  for (const round of [1, 2]) {
    for (const { method, path, body, times } of TRAFFIC) {
      for (let count = 0; count < times; count++) {
        await flashfit.ask(path, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
      }
    }
    if (round === 1) await new Promise((wait) => setTimeout(wait, 31_000));
  }
}

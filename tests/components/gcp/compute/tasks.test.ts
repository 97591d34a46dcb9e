import { describe, expect, test } from "vitest";
import { minutes } from "../../../../src/config/units.ts";
import { makeService } from "../../../helpers/app.ts";
import { runService, secretAt } from "./fixture.ts";

const JOB = "gcp:cloudrunv2/job:Job";

describe("jobs and schedules", () => {
  test("a job is a Cloud Run job whose execution must succeed", async () => {
    const { resources } = await runService(
      makeService({ kind: "job", timeout: minutes(10), secrets: ["JWT_SECRET"] }),
      {
        name: "migrate",
        secrets: { JWT_SECRET: secretAt("jwt") },
        settings: { services: { migrate: { retries: 2 } }, system: "projects/cos-cloud/global/images/cos-1" },
      },
    );
    expect(resources.filter(({ type }) => type.startsWith("gcp:compute/"))).toEqual([]);
    const job = resources.find(({ type }) => type === JOB);
    expect(job?.inputs).toMatchObject({
      deletionProtection: false,
      runExecutionToken: "run",
      template: { template: { timeout: "600s", maxRetries: 2 } },
    });
    expect(job?.dependencies).toContain("reader-of-jwt-migrate");
  });

  test("a schedule starts a Cloud Run job", async () => {
    const { resources, result } = await runService(
      makeService({ kind: "cron", schedule: { cron: "0 3 * * *", timeZone: "Europe/Rome" } }),
      { name: "reindex" },
    );
    const call = resources.find(({ type }) => type === "gcp:cloudscheduler/job:Job");
    expect(call?.inputs).toMatchObject({ schedule: "0 3 * * *", timeZone: "Europe/Rome" });
    expect(result.scrape).toEqual([]);
    expect(result.backend).toBeUndefined();
    expect(result.templates).toEqual({});
  });
});

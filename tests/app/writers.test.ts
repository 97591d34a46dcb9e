import { describe, expect, test } from "vitest";
import { refuseWriters } from "../../src/app/writers.ts";
import type { Service } from "../../src/config/model.ts";
import { formatProblem } from "../../src/config/problem.ts";
import { makeApp, makeService } from "../helpers/app.ts";

describe("writers", () => {
  const refuse = (services: Record<string, Partial<Service>>) =>
    refuseWriters(
      "index",
      makeApp({
        services: Object.fromEntries(
          Object.entries(services).map(([name, changes]) => [
            name,
            makeService({ uses: { index: "write" }, ...changes }),
          ]),
        ),
      }),
    ).map(formatProblem);

  test("one that runs all the time, and jobs and cron entries beside it", () => {
    expect(
      refuse({
        indexer: {},
        build: { kind: "job" },
        nightly: { kind: "cron" },
        api: { uses: { index: "read" } },
      }),
    ).toEqual([]);
  });

  test("two that run all the time are one too many", () => {
    expect(refuse({ indexer: {}, api: { kind: "web" } })).toEqual([
      "data.index: indexer and api run all the time and write to it, and an index has one writer; leave one with write and give the others read; jobs and cron entries may write in turn",
    ]);
  });

  test("two instances of one are too", () => {
    expect(refuse({ indexer: { scale: { min: 2, max: 2, on: {} } } })).toEqual([
      "services.indexer.scale.min: 2 instances would write to index at a time, and an index has one writer; allowed: 1; set scale.min: 1, or give indexer read and let a job write",
    ]);
  });
});

import { describe, expect, it } from "vitest";
import type { Verdict } from "../../src/verify/model.ts";
import { formatVerdict } from "../../src/verify/report.ts";

const fine: Verdict = {
  ok: true,
  problems: [],
  warnings: [],
  packages: [
    {
      name: "docker-build",
      version: "0.0.22",
      plugin: "/p",
      resources: 1,
      checked: 1,
      startSeconds: 0.21,
      checkSeconds: 0.04,
    },
    {
      name: "gcp",
      version: "9.37.0",
      plugin: "/q",
      resources: 173,
      checked: 173,
      startSeconds: 1.04,
      checkSeconds: 1.16,
    },
  ],
  unknown: 0,
  seconds: 2.21,
};

describe("a verdict in words", () => {
  it("says what was checked, and how long it took", () => {
    expect(formatVerdict(fine)).toBe(
      [
        "docker-build 0.0.22  1 resource checked in 0.0 s, ready after 0.2 s",
        "gcp 9.37.0           173 resources checked in 1.2 s, ready after 1.0 s",
        "no problem; 174 resources checked by the real providers in 2.2 s",
        "",
      ].join("\n"),
    );
  });

  it("says what is wrong and what is not known", () => {
    const [one] = fine.packages;
    const lines = formatVerdict({
      ...fine,
      ok: false,
      packages: [
        { name: "gcp", version: "9.37.0", resources: 173, checked: 0, startSeconds: 0, checkSeconds: 0 },
        ...(one ? [{ ...one, resources: 3 }] : []),
      ],
      problems: [{ path: ["services", "api"], what: "is wrong", remedy: "change it" }],
      warnings: [{ path: ["data", "db"], what: "is old", remedy: "renew it" }],
      unknown: 2,
    });
    expect(lines.split("\n")).toEqual([
      "gcp 9.37.0           no plugin for 173 resources",
      "docker-build 0.0.22  1 of 3 resources checked in 0.0 s, ready after 0.2 s",
      "warning: data.db: is old; renew it",
      "services.api: is wrong; change it",
      "2 values not known before a deployment, and not checked",
      "1 problem, 1 warning; 1 resource checked by the real providers in 2.2 s",
      "",
    ]);
  });
});

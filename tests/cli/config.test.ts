import { execFileSync, spawnSync } from "node:child_process";
import { resolve } from "node:path";
import colors from "picocolors";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Target } from "../../components/contracts/target.ts";
import { answerConfig, type Targets } from "../../src/cli/config.ts";

const app = "tests/fixtures/config/app.yaml";

const small: Target<{ most: number }> = {
  name: "small",
  settings: z.strictObject({ most: z.number().default(1) }),
  refuse: ({ services }, { most }) =>
    Object.entries(services)
      .filter(([, { scale }]) => scale.max > most)
      .map(([name, { scale }]) => ({
        path: ["services", name, "scale", "max"],
        what: `${scale.max} instances do not fit on small`,
        allowed: `up to ${most}`,
        remedy: `set max: ${most}`,
      })),
  open: () => Promise.reject(new Error("nothing is opened")),
  assume: () => {
    throw new Error("nothing is assumed");
  },
};
const targets: Targets = { small: async () => small as Target };
const ask = (...args: string[]) => answerConfig(args, { targets, paint: colors.createColors(false) });

describe("atelier config", () => {
  it("prints every value and where it came from, within 80 columns", async () => {
    const { stdout, stderr, exitCode } = await ask(
      "--app",
      app,
      "--environment",
      "prod",
      "--set",
      "services.api.memory=2Gi",
    );
    expect([stderr, exitCode]).toEqual(["", 0]);
    const lines = stdout.split("\n");
    expect(lines[0]).toBe("closet in environment prod, from preset prod");
    expect(lines).toContain("  memory                       2Gi                 --set");
    expect(lines).toContain("  cpu                          500m                app.yaml:10:10");
    expect(lines).toContain("  reserve.memory               1Gi                 default (half of memory)");
    expect(lines).toContain("  OPENAI_API_KEY               required            app.yaml:43:19");
    expect(lines).toContain("  highAvailability             true                preset prod");
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(lines.filter((line) => line.length > 80).length).toBeLessThan(5);
    expect(stdout).not.toContain("\u001b");
  });

  it("prints JSON", async () => {
    const { stdout } = await ask("--app", app, "--environment", "prod", "--json");
    const { name, preset, resolved, origins, warnings } = JSON.parse(stdout);
    expect([name, preset, warnings]).toEqual(["closet", "prod", []]);
    expect(resolved.services.api.memory).toBe(1024 ** 3);
    expect(origins["services.api.memory"]).toEqual({
      written: "1Gi",
      source: "app.yaml",
      from: `${app}:11:13`,
    });
  });

  it("prints all problems and exits with 1", async () => {
    const answer = await ask(
      "--app",
      app,
      "--environment",
      "prod",
      "--set",
      "services.api.memory=2G",
      "--set",
      "foo=1",
    );
    expect(answer).toEqual({
      stdout: "",
      stderr: [
        "--set: services.api.memory: 2G is not a size; allowed: a number with Ki, Mi, Gi or Ti; write 2Gi",
        "--set: foo: foo is not a key here; allowed: preset, services, data, secrets, routes, edge, monitoring, budget, usage, regions, protect, development; correct or remove it",
        "2 problems",
        "",
      ].join("\n"),
      exitCode: 1,
    });
  });

  it("asks a target whether it carries the app, with the place in app.yaml", async () => {
    const { stderr, exitCode } = await ask("--app", app, "--environment", "prod", "--target", "small");
    expect(exitCode).toBe(1);
    expect(stderr.split("\n")).toEqual([
      `${app}:5:75: services.shop.scale.max: 2 instances do not fit on small; allowed: up to 1; set max: 1`,
      `${app}:13:27: services.api.scale.max: 6 instances do not fit on small; allowed: up to 1; set max: 1`,
      `${app}:26:3: services.model.scale.max: 2 instances do not fit on small; allowed: up to 1; set max: 1`,
      `${app}:32:27: services.worker.scale.max: 4 instances do not fit on small; allowed: up to 1; set max: 1`,
      "4 problems",
      "",
    ]);
  });

  it.each([
    [["--target", "smal"], "--target: there is no target smal; allowed: small; did you mean small?"],
    [
      ["--enviroment", "prod"],
      "--enviroment: is not an option; allowed: --app, --environment, --stack, --target, --set, --json; did you mean --environment?",
    ],
    [
      ["--set", "memory"],
      "--set: memory is not key=value; write --set services.api.scale.max=4 for instance",
    ],
    [["--set"], "--set: has no value, or one where none is taken; write --set key=value"],
    [
      ["prod"],
      "atelier config: prod is not an option; allowed: --app, --environment, --stack, --target, --set, --json; put the option's name before it",
    ],
    [
      ["--stack", "nope"],
      "Pulumi.nope.yaml: there is no such file; name a stack that exists, or write the file with atelier:app and atelier:target",
    ],
    [
      ["--environment", "Prod!"],
      "environment: Prod! is not an environment's name; allowed: up to 20 lower-case letters, digits and hyphens, starting with a letter; write prod for instance",
    ],
  ])("%j: %s", async (args, message) => {
    const { stderr, exitCode } = await ask("--app", app, ...args);
    expect([stderr, exitCode]).toEqual([`${message}\n1 problem\n`, 1]);
  });
});

describe("npx atelier config", () => {
  const bin = resolve("bootstrap/atelier.mjs");

  it("resolves the reference app of the repository's own stack", () => {
    const output = execFileSync(process.execPath, [bin, "config", "--stack", "dev"], { encoding: "utf8" });
    expect(output).toMatch(/^flashfit in environment dev, from preset dev\n/);
  });

  it("sets the exit code", () => {
    const { status, stderr } = spawnSync(process.execPath, [bin, "config", "--app", "nope.yaml"], {
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([
      1,
      "nope.yaml: there is no such file; create it, or name another one with --app or atelier:app\n1 problem\n",
    ]);
  });
});

/** Every example is carried by every target, in development and in production, as `atelier config` sees it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import colors from "picocolors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { answerConfig } from "../../src/cli/config.ts";
import { targets } from "../../stacks/targets.ts";
import { EXAMPLES, SETTINGS } from "../helpers/google-stack.ts";
import { ROOT } from "../helpers/stack.ts";

const STACKS = {
  docker: { selfSigned: true },
  "gcp-cloud-run": SETTINGS,
  "gcp-compute": SETTINGS,
} as const;

const before = process.cwd();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "atelier-examples-"));
  process.chdir(folder);
});

afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

describe.each(EXAMPLES)("%s", (example) => {
  const cells = Object.entries(STACKS).flatMap(([target, settings]) =>
    ["dev", "prod"].map((environment) => ({ target, environment, settings })),
  );

  it.each(cells)("is carried by $target in $environment", async ({ target, environment, settings }) => {
    const config = {
      "atelier:app": resolve(ROOT, "examples", example, "app.yaml"),
      "atelier:environment": environment,
      "atelier:target": target,
      [`atelier:${target}`]: settings,
    };
    writeFileSync("Pulumi.test.yaml", stringify({ config }));
    // Nobody issues a certificate for localhost, which is where development is on one's own machine.
    const own = target !== "docker" && environment === "dev" ? ["--set", "edge.domain=dev.example.com"] : [];
    const answer = await answerConfig(["--stack", "test", ...own], {
      targets,
      paint: colors.createColors(false),
    });
    expect(answer).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(`in environment ${environment}`),
    });
  });
});

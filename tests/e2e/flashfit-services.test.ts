/** FlashFit AI's Python services in their own images: their unit tests, and that they expose what they declare. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";

const run = promisify(execFile);
const EXAMPLE = fileURLToPath(new URL("../../examples/flashfit-ai/", import.meta.url));
const SERVICES = ["backend", "encoder", "indexer"] as const;
/** Prints the text that Prometheus would read. */
const EXPOSITION: Readonly<Record<string, string>> = {
  backend: "from flashfit import metrics; metrics.begin()",
  encoder: "import metrics; metrics.begin()",
};

beforeAll(async () => {
  for (const service of SERVICES) {
    await run("docker", [
      "build",
      "--quiet",
      "--network=host",
      `--tag=${imageOf(service)}`,
      EXAMPLE + service,
    ]);
  }
});

describe.each(SERVICES)("%s", (service) => {
  it("passes its own tests, without a network and on a read-only root", async () => {
    const { stderr } = await python(service, "-m", "unittest");
    expect(stderr).toMatch(/Ran \d+ tests[\s\S]*OK/);
  });

  it("does not run as root", async () => {
    const { stdout } = await python(service, "-c", "import os; print(os.getuid(), os.getgid())");
    expect(stdout).toBe("10001 10001\n");
  });
});

describe.each(Object.entries(EXPOSITION))("%s metrics", (service, begin) => {
  it("are exactly those that metrics.yaml declares", async () => {
    const code = `${begin}\nfrom prometheus_client import generate_latest\nprint(generate_latest(metrics.registry).decode())`;
    const { stdout } = await python(service, "-c", code);
    const declared = parse(readFileSync(`${EXAMPLE}${service}/metrics.yaml`, "utf8")) as Record<
      string,
      { type: string; help: string; labels: string[] }
    >;
    const told = Object.entries(declared).map(([name, { type, help }]) => [name, type, help]);
    expect(familiesIn(stdout).sort()).toEqual(told.sort());
    for (const [name, label] of labelsIn(stdout)) {
      const family = declared[name] ?? declared[name.replace(/_(bucket|sum|count)$/, "")];
      expect(family?.labels, `${name}{${label}}`).toContain(label);
    }
  });
});

it("has at least sixteen metrics in the API (FF-05)", () => {
  const declared = parse(readFileSync(`${EXAMPLE}backend/metrics.yaml`, "utf8")) as object;
  expect(Object.keys(declared).length).toBeGreaterThanOrEqual(16);
});

const imageOf = (service: string) => `atelier-test-flashfit-${service}`;

/** Runs Python in the service's image on the sources as they are now, tests included. */
function python(service: string, ...args: string[]) {
  const sources = `--volume=${EXAMPLE}${service}:/srv:ro`;
  const confined = ["--rm", "--network=none", "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", sources];
  return run("docker", ["run", ...confined, imageOf(service), "python3", ...args]);
}

function familiesIn(exposition: string): string[][] {
  const helps = new Map(
    [...exposition.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name, help]) => [name, help]),
  );
  return [...exposition.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type = ""]) => [
    name,
    type,
    helps.get(name) ?? "",
  ]);
}

function labelsIn(exposition: string): [name: string, label: string][] {
  return [...exposition.matchAll(/^(\w+)\{(.*)\} \S+$/gm)].flatMap(([, name = "", labels = ""]) =>
    [...labels.matchAll(/(\w+)="/g)]
      .map(([, label = ""]) => label)
      .filter((label) => label !== "le")
      .map((label): [string, string] => [name, label]),
  );
}

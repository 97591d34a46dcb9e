/** Every rule has what passes it and what fails it; what fails it fails nothing else. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { askedRules, NO_POLICIES_CONFIG, parsePolicies } from "../../policies/config.ts";
import { judgeDockerfile } from "../../policies/evaluate.ts";
import { RULES } from "../../policies/rules.ts";
import { UNKNOWN } from "../../policies/values.ts";
import { judgeWorkflow } from "../../policies/workflow/judge.ts";
import { ROOT } from "../helpers/stack.ts";
import { BROKEN_GCP } from "./broken-gcp.ts";
import { BROKEN_DOCKER, GOOD_DOCKER } from "./docker-cases.ts";
import {
  BROKEN_DOCKERFILES,
  BROKEN_PIPELINES,
  BROKEN_WORKFLOWS,
  type FileBreak,
  GOOD_DOCKERFILE,
  GOOD_PIPELINE,
  GOOD_WORKFLOW,
} from "./file-cases.ts";
import { type Break, broken, type Fixture, findIn, rulesIn } from "./fixtures.ts";
import { GOOD_GCP } from "./good-gcp.ts";

const asked = askedRules(NO_POLICIES_CONFIG, "prod");

describe.each([
  ["Google Cloud", GOOD_GCP, BROKEN_GCP],
  ["Docker", GOOD_DOCKER, BROKEN_DOCKER],
] as const)("on %s", (_, good: readonly Fixture[], breaks: readonly Break[]) => {
  it("a good stack breaks no rule", () => {
    expect(findIn(good)).toEqual([]);
  });

  it.each(breaks.map((one) => [one.rule, one.says, one] as const))("%s finds: %s", (rule, says, one) => {
    const config = parsePolicies(one.settings && { rules: { [rule]: one.settings } });
    const found = findIn(broken(good, one), config);
    expect(rulesIn(found)).toEqual([rule]);
    expect(found.map(({ message }) => message)).toContain(says);
  });
});

describe.each([
  ["Dockerfile", GOOD_DOCKERFILE, BROKEN_DOCKERFILES, judgeDockerfile],
  [".github/workflows/deploy.yml", GOOD_WORKFLOW, BROKEN_WORKFLOWS, judgeWorkflow],
  [".gitlab-ci.yml", GOOD_PIPELINE, BROKEN_PIPELINES, judgeWorkflow],
] as const)("%s", (file, good, breaks: readonly FileBreak[], judge) => {
  it("that is good breaks no rule", () => {
    expect(judge(asked, file, good)).toEqual([]);
  });

  it.each(breaks.map((one) => [one.rule, one.says, one] as const))(
    "%s finds: %s",
    (rule, says, { at, put }) => {
      expect(good).toContain(at);
      const found = judge(
        asked,
        file,
        good.replace(at, () => put),
      );
      expect(rulesIn(found)).toEqual([rule]);
      const messages = found.map(({ message }) => message.replace(`${file} `, ""));
      expect(says === "" || messages.includes(says), messages.join("\n")).toBe(true);
    },
  );
});

describe("rules", () => {
  it("are each broken by a case", () => {
    const all = [BROKEN_GCP, BROKEN_DOCKER, BROKEN_DOCKERFILES, BROKEN_WORKFLOWS, BROKEN_PIPELINES];
    const tried = new Set(all.flatMap((cases) => cases.map(({ rule }) => rule)));
    expect(RULES.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  });

  it("have names of their own that begin with their platform", () => {
    const names = RULES.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(RULES.filter(({ name, platform }) => !name.startsWith(`${platform}-`))).toEqual([]);
  });

  it("say what holds and what to do, without a full stop", () => {
    const wrong = RULES.filter(
      ({ description, remedy }) => remedy === "" || /\.$/.test(description + remedy),
    );
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it.each([
    // A schedule names its database by a link, which this one does not have.
    ["Google Cloud", GOOD_GCP, ["gcp-firestore-backup"]],
    ["Docker", GOOD_DOCKER, []],
  ] as const)("hold nothing on %s against what nobody knows yet", (_, good: readonly Fixture[], expected) => {
    const unknown = good.map((one) => ({
      ...one,
      inputs: Object.fromEntries(Object.keys(one.inputs ?? {}).map((key) => [key, UNKNOWN])),
    }));
    expect(rulesIn(findIn(unknown))).toEqual(expected);
  });
});

describe("inputs in the cases for Google Cloud", () => {
  const named = [
    ...GOOD_GCP.map(({ type, inputs = {} }) => ({ type, keys: Object.keys(inputs) })),
    ...BROKEN_GCP.map(({ type = "", change = {} }) => ({
      type,
      keys: Object.keys(change).map((path) => path.split(".")[0] ?? ""),
    })),
  ].filter(({ type }) => type !== "");

  it.each([...new Set(named.map(({ type }) => type))])("are inputs of %s", (type) => {
    const [folder = "", name = ""] = type.split(":")[1]?.split("/") ?? [];
    const files = readdirSync(join(ROOT, "node_modules/@pulumi/gcp", folder));
    const file = files.find((one) => one.toLowerCase() === `${name.toLowerCase()}.d.ts`) ?? "";
    const text = readFileSync(join(ROOT, "node_modules/@pulumi/gcp", folder, file), "utf8");
    const declared = new Set([...text.matchAll(/^ {4}(\w+)\??: pulumi\.Input</gm)].map(([, key]) => key));
    const keys = named.filter((one) => one.type === type).flatMap((one) => one.keys);
    expect([...new Set(keys)].filter((key) => !declared.has(key))).toEqual([]);
  });
});

/** What Google's lists say of a create whose answer never came. */
import { afterEach, expect, it, vi } from "vitest";
import { byRule } from "../../../engine/recovery/find.ts";
import { findInGoogle } from "../../../engine/recovery/google.ts";
import type { Begun } from "../../../engine/recovery/model.ts";
import { isChosen } from "../../../rehearsal/google/identity.ts";
import { REPLACEMENTS } from "../../../rehearsal/google/replacements.ts";
import type { Properties } from "../../../rehearsal/values.ts";

afterEach(() => vi.unstubAllGlobals());

const ENV = { GOOGLE_OAUTH_ACCESS_TOKEN: "token", PATH: "" };
const begun = (type: string, inputs: Properties, known: readonly string[] = []): Begun => ({
  urn: `urn:pulumi:prod::shop::${type}::x`,
  type,
  name: "x",
  inputs,
  provider: { project: "acme" },
  known,
  since: new Date("2026-11-01T12:00:00Z"),
});

/** Answers by the end of the address's path, and keeps what was asked. */
function answering(answers: Readonly<Record<string, unknown>>) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (url: string, { headers }: { headers: Record<string, string> }) => {
    expect(headers.authorization).toBe("Bearer token");
    asked.push(url);
    const found = Object.entries(answers).find(([path]) => new URL(url).pathname.endsWith(path));
    return new Response(JSON.stringify(found?.[1] ?? {}), { status: found ? 200 : 404 });
  });
  return asked;
}

const POLICY = "gcp:monitoring/alertPolicy:AlertPolicy";
const made = (name: string, displayName: string, mutateTime: string) => ({
  name,
  displayName,
  creationRecord: { mutateTime },
});

it("finds the one of the same name that is new and unknown", async () => {
  const asked = answering({
    "/alertPolicies": {
      alertPolicies: [
        made("projects/acme/alertPolicies/1", "errors", "2026-11-01T12:01:00Z"),
        made("projects/acme/alertPolicies/2", "latency", "2026-11-01T12:02:00Z"),
        made("projects/acme/alertPolicies/3", "errors", "2026-10-01T12:00:00Z"),
        made("projects/acme/alertPolicies/4", "errors", "2026-11-01T12:03:00Z"),
      ],
    },
  });
  const looked = begun(POLICY, { displayName: "errors" }, ["projects/acme/alertPolicies/1"]);
  expect(await findInGoogle(looked, ENV)).toEqual({ id: "projects/acme/alertPolicies/4" });
  expect(asked).toEqual(["https://monitoring.googleapis.com/v3/projects/acme/alertPolicies?pageSize=500"]);
});

it("says that it is not there when the list has none", async () => {
  answering({ "/alertPolicies": {} });
  expect(await findInGoogle(begun(POLICY, { displayName: "errors" }), ENV)).toBe("absent");
});

it("says why when Google does not tell", async () => {
  answering({});
  expect(await findInGoogle(begun(POLICY, { displayName: "errors" }), ENV)).toEqual({
    unknown: "Google does not tell: 404 ",
  });
  expect(await findInGoogle(begun(POLICY, {}), { PATH: "" })).toEqual({
    unknown: "Google can't be asked: gcloud auth login, then try again",
  });
});

it("compares what a ruleset says, which its list leaves out", async () => {
  const files = (content: string) => ({ source: { files: [{ name: "a", content }] } });
  const createTime = "2026-11-01T12:01:00Z";
  answering({
    "/projects/acme/rulesets": {
      rulesets: [
        { name: "projects/acme/rulesets/a", createTime },
        { name: "projects/acme/rulesets/b", createTime },
      ],
    },
    "/rulesets/a": files("deny all"),
    "/rulesets/b": files("allow some"),
  });
  const inputs = { source: { files: [{ name: "a", content: "allow some" }] } };
  expect(await findInGoogle(begun("gcp:firebaserules/ruleset:Ruleset", inputs), ENV)).toEqual({
    id: "projects/acme/rulesets/b",
  });
});

it("takes a template's self link for the provider's id", async () => {
  const path = "projects/acme/regions/us-east1/instanceTemplates/api-20261101";
  answering({
    "/instanceTemplates": {
      items: [
        {
          name: "api-20261101",
          selfLink: `https://www.googleapis.com/compute/v1/${path}`,
          creationTimestamp: "2026-11-01T12:01:00Z",
        },
      ],
    },
  });
  const type = "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate";
  expect(await findInGoogle(begun(type, { namePrefix: "api-", region: "us-east1" }), ENV)).toEqual({
    id: path,
  });
});

it("has a list for every type whose id Google chooses, and a rule for every other", async () => {
  answering({});
  for (const type of Object.keys(REPLACEMENTS)) {
    const rule = byRule(begun(type, { name: "x" }));
    expect({ type, ruled: rule !== undefined }).toEqual({ type, ruled: !isChosen(type) });
    if (!isChosen(type)) continue;
    const found = await findInGoogle(begun(type, {}), ENV);
    expect({ type, found }).toEqual({ type, found: { unknown: "Google does not tell: 404 " } });
  }
});

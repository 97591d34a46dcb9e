/** What the pack makes of what the engine tells it. */
import { describe, expect, it } from "vitest";
import { Session } from "../../policies/session.ts";
import { resourcesOf } from "./fixtures.ts";

const BUCKET = "gcp:storage/bucket:Bucket";
const good = {
  name: "shop",
  uniformBucketLevelAccess: true,
  publicAccessPrevention: "enforced",
  versioning: { enabled: true },
  logging: { logBucket: "logs" },
  forceDestroy: true,
};
const [bucket] = resourcesOf([{ type: BUCKET, name: "shop", inputs: good, protect: false }]);
if (!bucket) throw new Error("There is no bucket.");

const session = (stack: string, config: Readonly<Record<string, string>>): Session => {
  const made = new Session("2026-11-21", () => undefined);
  made.configureStack(stack, config);
  return made;
};
const rulesOf = (one: Session): string[] => one.analyze(bucket).map(({ rule }) => rule);
const IN_PRODUCTION = ["gcp-data-deletion", "gcp-data-protect"];

describe("an environment", () => {
  it.each([
    ["live", { "atelier:environment": "prod", "atelier:target": "docker" }, IN_PRODUCTION],
    ["prod", { "atelier:target": "docker" }, []],
    ["prod", {}, IN_PRODUCTION],
    ["live", {}, []],
    ["live", { "atelier:policies": '{"production":true}' }, IN_PRODUCTION],
  ])("of stack %s with %j asks for %j", (stack, config, rules) => {
    expect(rulesOf(session(stack, config as Record<string, string>))).toEqual(rules);
  });
});

describe("settings", () => {
  const policies = (written: object) => ({ "atelier:policies": JSON.stringify(written) });

  it("come from the pack's own config, and from the stack's before it", () => {
    const one = session(
      "prod",
      policies({ rules: { "gcp-data-protect": { enforcementLevel: "advisory" } } }),
    );
    one.configure({
      "gcp-data-protect": { enforcementLevel: "disabled" },
      "gcp-data-deletion": { enforcementLevel: "disabled" },
    });
    expect(one.analyze(bucket).map(({ rule, level }) => [rule, level])).toEqual([
      ["gcp-data-protect", "advisory"],
    ]);
  });

  it("waive, and at the end say what covered nothing", () => {
    const waiver = { resource: "shop", reason: "a bucket for trying things out", until: "2027-01-31" };
    const one = session(
      "prod",
      policies({ waivers: IN_PRODUCTION.concat("gcp-redis-tls").map((rule) => ({ rule, ...waiver })) }),
    );
    expect(rulesOf(one)).toEqual([]);
    expect(one.analyzeStack([bucket]).map(({ rule, message }) => [rule, message])).toEqual([
      ["waiver-unused", "the waiver of gcp-redis-tls for shop covers nothing"],
    ]);
  });

  it("that are wrong are refused", () => {
    expect(() => session("prod", { "atelier:policies": "nonsense" })).toThrow(
      "atelier:policies: nonsense is not a map; write a map",
    );
  });
});

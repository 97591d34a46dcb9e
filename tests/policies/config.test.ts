/** `atelier:policies`: settings, levels, waivers, and what is said when they are wrong. */
import { describe, expect, it } from "vitest";
import { askedRules, parsePolicies } from "../../policies/config.ts";
import { type Finding, openFindings, stoppingFindings } from "../../policies/finding.ts";
import { judge } from "../../policies/judge.ts";
import { formatFindings, summaryOf } from "../../policies/summary.ts";
import { ConfigError } from "../../src/config/problem.ts";
import { readStackConfig } from "../../src/config/stack.ts";
import type { Plan, PlannedResource } from "../../src/plan/model.ts";
import { plannedResource } from "../helpers/planned.ts";

const REASON = "the vendor's image needs root until version 4";
const WAIVER = { rule: "docker-privileged", resource: "legacy-*", reason: REASON, until: "2027-01-31" };

function problemsOf(written: unknown): string {
  try {
    parsePolicies(written);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "";
}

const container = (name: string): PlannedResource =>
  plannedResource({
    type: "docker:index/container:Container",
    name,
    inputs: { start: false, privileged: true },
  });
const plan = (...names: readonly string[]): Pick<Plan, "subject" | "resources"> => ({
  subject: { app: "shop", environment: "prod", target: "docker", project: "shop", stack: "prod" },
  resources: names.map(container),
});
const find = (written: unknown, today = "2026-11-21", names: readonly string[] = ["legacy-db"]): Finding[] =>
  judge(plan(...names), { config: parsePolicies(written), today });

describe("what is wrong is said at once", () => {
  it.each([
    [
      { rules: { "gcp-run-ingres": {} } },
      "atelier:policies.rules.gcp-run-ingres: gcp-run-ingres is not a key here; did you mean gcp-run-ingress?",
    ],
    [
      { rules: { nonsense: {} } },
      "atelier:policies.rules.nonsense: nonsense is not a key here; take a name that npx atelier policies prints",
    ],
    [
      { rules: { "gcp-sql-version": { postgress: 15 } } },
      "atelier:policies.rules.gcp-sql-version.postgress: postgress is not a key here; did you mean postgres?",
    ],
    [
      { rules: { "docker-root": { enforcementLevel: "off" } } },
      "atelier:policies.rules.docker-root.enforcementLevel: off is not one of the allowed words; allowed: advisory, mandatory, disabled; write advisory for instance",
    ],
    [
      { waivers: [{ ...WAIVER, rule: "docker-privilegd" }] },
      "atelier:policies.waivers.0.rule: docker-privilegd is not one of the allowed words; did you mean docker-privileged?",
    ],
    [
      { waivers: [{ ...WAIVER, reason: undefined }] },
      "atelier:policies.waivers.0.reason: is missing; write a text",
    ],
    [
      { waivers: [{ ...WAIVER, reason: "later" }] },
      `atelier:policies.waivers.0.reason: later is no reason; write ${REASON} for instance`,
    ],
    [
      { waivers: [{ ...WAIVER, until: "2027-02-31" }] },
      "atelier:policies.waivers.0.until: 2027-02-31 is not a day of the calendar; write one such as 2027-01-31",
    ],
    [{ waiver: [] }, "atelier:policies.waiver: waiver is not a key here; did you mean waivers?"],
    [
      { waivers: [{ ...WAIVER, because: "x" }] },
      "atelier:policies.waivers.0.because: because is not a key here; correct or remove it",
    ],
    ["everything", "atelier:policies: everything is not a map; write a map"],
  ])("%j", (written, said) => {
    expect(problemsOf(written)).toBe(said);
  });

  it("with every problem of the block", () => {
    expect(problemsOf({ rules: { nonsense: {} }, waivers: [{}] }).split("\n")).toHaveLength(5);
  });

  it("and the block is a key of the stack's config", () => {
    const { problems } = readStackConfig(
      { "atelier:target": "docker", "atelier:policies": '{"waivers":[]}' },
      { directory: "/", targets: ["docker"] },
    );
    expect(problems).toEqual([]);
  });
});

describe("a day", () => {
  it.each(["2027-01-31", "2027-01-31T00:00:00Z", "2027-01-31 00:00:00 +0000 UTC"])(
    "may be written %s",
    (until) => {
      // The engine reads an unquoted day as a point in time.
      expect(parsePolicies({ waivers: [{ ...WAIVER, until }] }).waivers[0]?.until).toBe("2027-01-31");
    },
  );
});

describe("a waiver", () => {
  it("covers what it names until its last day", () => {
    const found = find({ waivers: [WAIVER] }, "2027-01-31");
    expect(found.map(({ rule, waiver }) => [rule, waiver?.reason])).toEqual([["docker-privileged", REASON]]);
    expect(stoppingFindings(found)).toEqual([]);
  });

  it("covers nothing from the day after, and says so", () => {
    const found = find({ waivers: [WAIVER] }, "2027-02-01");
    expect(found.map(({ rule, severity, message }) => [rule, severity, message])).toEqual([
      ["docker-privileged", "critical", "privileged is true (its waiver ended on 2027-01-31)"],
      [
        "waiver-expired",
        "medium",
        `the waiver of docker-privileged for legacy-* ended on 2027-01-31 (${REASON})`,
      ],
    ]);
    expect(stoppingFindings(found)).toHaveLength(1);
  });

  it("covers no other resource and no other rule", () => {
    expect(
      openFindings(find({ waivers: [WAIVER] }, "2026-11-21", ["legacy-db", "db"])).map(
        ({ resource }) => resource,
      ),
    ).toEqual(["db"]);
    const other = find({ waivers: [{ ...WAIVER, rule: "docker-root" }] });
    expect(openFindings(other).map(({ rule }) => rule)).toEqual(["docker-privileged", "waiver-unused"]);
  });

  it("names a resource by its urn too, and only whole", () => {
    const urn = container("legacy-db").urn;
    expect(openFindings(find({ waivers: [{ ...WAIVER, resource: urn }] }))).toEqual([]);
    expect(openFindings(find({ waivers: [{ ...WAIVER, resource: "legacy" }] }))).toHaveLength(2);
    expect(openFindings(find({ waivers: [{ ...WAIVER, resource: "legacy.db" }] }))).toHaveLength(2);
  });
});

describe("settings", () => {
  const asked = (written: unknown, environment = "prod") =>
    askedRules(parsePolicies(written), environment).map(({ rule, level }) => `${rule.name} ${level}`);

  it("raise, lower and turn off a rule", () => {
    expect(asked({})).toContain("docker-privileged mandatory");
    expect(asked({})).toContain("docker-root advisory");
    const changed = asked({
      rules: {
        "docker-privileged": { enforcementLevel: "advisory" },
        "docker-root": { enforcementLevel: "mandatory" },
        "docker-socket": { enforcementLevel: "disabled" },
      },
    });
    expect(changed).toContain("docker-privileged advisory");
    expect(changed).toContain("docker-root mandatory");
    expect(changed.filter((one) => one.startsWith("docker-socket "))).toEqual([]);
  });

  it("ask rules for production where it is production", () => {
    const isAsked = (written: unknown, environment: string) =>
      asked(written, environment).includes("gcp-data-protect mandatory");
    expect([isAsked({}, "prod"), isAsked({}, "production"), isAsked({}, "dev")]).toEqual([true, true, false]);
    expect([isAsked({ production: true }, "live"), isAsked({ production: false }, "prod")]).toEqual([
      true,
      false,
    ]);
  });

  it("give way to the stack's config when they come from elsewhere", () => {
    const given = {
      "docker-root": { enforcementLevel: "mandatory" },
      "docker-socket": { allow: ["a"] },
    } as const;
    const config = parsePolicies({ rules: { "docker-socket": { allow: ["b"] } } });
    const found = askedRules(config, "prod", given);
    const one = (name: string) => found.find(({ rule }) => rule.name === name);
    expect(one("docker-root")?.level).toBe("mandatory");
    expect(one("docker-socket")?.context.settings).toEqual({ allow: ["b"] });
  });
});

describe("in words", () => {
  it("findings are counted worst first", () => {
    const found = find({ waivers: [WAIVER] }, "2026-11-21", ["legacy-db", "db"]);
    expect(summaryOf(found)).toEqual({
      bySeverity: { low: 0, medium: 0, high: 0, critical: 1 },
      open: 1,
      waived: 1,
      stopping: 1,
      text: "1 critical; 1 waived",
    });
    expect(summaryOf([]).text).toBe("nothing found");
  });

  it("each says where, what and what to do", () => {
    expect(
      formatFindings(find({ waivers: [WAIVER] }, "2026-11-21", ["legacy-db", "db"])),
    ).toBe(`critical  docker-privileged  db
  privileged is true
  → leave out privileged, and name the single device or capability that it needs

waived  docker-privileged  legacy-db
  privileged is true
  → until 2027-01-31: ${REASON}
`);
  });
});

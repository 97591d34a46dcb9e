/** Plans as text, Markdown and HTML: what must be said is said, and nothing that an app's author wrote gets out of hand. */
import { stripVTControlCharacters } from "node:util";
import colors from "picocolors";
import { describe, expect, it } from "vitest";
import type { Difference } from "../../src/plan/difference.ts";
import { planAsHtml } from "../../src/plan/html.ts";
import { planAsMarkdown } from "../../src/plan/markdown.ts";
import { differencesIn, type Report } from "../../src/plan/report.ts";
import { planAsText } from "../../src/plan/text.ts";
import { planOf } from "../helpers/plan.ts";

const HOSTILE = "</code><script>alert(1)</script> `x` | @everyone <!-- [a](b)";

const difference: Difference = {
  changes: [
    {
      kind: "replace",
      urn: "urn",
      type: "gcp:sql/databaseInstance:DatabaseInstance",
      name: "db",
      inputs: [{ path: "region", from: "us-central1", to: HOSTILE, replaces: true }],
      loses: "every database on it, with its backups",
      protect: true,
    },
    {
      kind: "create",
      urn: "urn",
      type: "gcp:storage/bucket:Bucket",
      name: HOSTILE,
      inputs: [],
      protect: false,
    },
  ],
  unchanged: 7,
};

async function report(): Promise<Report> {
  const { plan } = await planOf({ example: "flashfit-ai", target: "gcp-cloud-run", environment: "prod" });
  return {
    plan,
    refusals: [],
    assumed: { project: "your-project" },
    warnings: [{ path: ["services", "api"], what: HOSTILE, remedy: "do it" }],
    differences: differencesIn(plan),
    cost: {
      total: { low: 100, expected: 214, high: 390 },
      items: [{ name: "data.db", expected: 120 }],
      overruns: [],
      budget: 300,
      before: { low: 90, expected: 200, high: 380 },
    },
    policies: {
      rules: 40,
      waived: 1,
      stopping: 0,
      findings: [
        {
          rule: "no-public-ip",
          severity: "high",
          level: "advisory",
          resource: "db",
          message: "has one",
          remedy: "remove it",
        },
      ],
    },
    change: { against: "origin/main", difference },
  };
}

describe("text", () => {
  it("fits 80 columns, but for words that are longer", async () => {
    const { change: _, ...rest } = await report();
    const text = planAsText(rest, { paint: colors.createColors(false) });
    const wide = text.split("\n").filter((line) => line.length > 80);
    expect(wide.filter((line) => line.trim().split(/\s+/).length > 4)).toEqual([]);
    expect(text).toContain("15 protected");
    expect(text).toContain("$214 a month ($100 to $390), +$14 against before; budget $300");
    expect(text).toContain("40 rules: 1 found, 1 waived");
    expect(text).toMatch(/Postgres db\n(.*\n)* {4}sql\.DatabaseInstance flashfit-prod-db {2}protected/);
  });

  it("colours a terminal alone", async () => {
    const all = await report();
    const plain = planAsText(all, { paint: colors.createColors(false) });
    const painted = planAsText(all, { paint: colors.createColors(true) });
    expect(plain).toBe(stripVTControlCharacters(plain));
    expect(painted).not.toBe(plain);
    expect(stripVTControlCharacters(painted)).toBe(plain);
  });

  it("lists all that are alike only when told to", async () => {
    const { change: _, ...rest } = await report();
    const paint = colors.createColors(false);
    expect(planAsText(rest, { paint })).toMatch(/\d+ × secretmanager\.SecretIamMember/);
    expect(planAsText(rest, { paint, full: true })).not.toContain(" × ");
  });

  it("says in one breath what one rule finds, and leaves nothing out", async () => {
    const { change: _, ...rest } = await report();
    const finding = (resource: string, message: string) => ({
      rule: "no-public-ip",
      severity: "high",
      level: "advisory",
      resource,
      message,
      remedy: "remove it",
    });
    const findings = [finding("db", "one"), finding("db", "two"), finding("web", "one")];
    const text = planAsText(
      { ...rest, policies: { rules: 40, waived: 0, stopping: 0, findings } },
      { paint: colors.createColors(false) },
    );
    expect(text).toContain(
      "40 rules: 3 found\n  - high no-public-ip: db: one; remove it; likewise: two, web\n",
    );
  });

  it("says loss of data in capitals, with what changes", async () => {
    const text = planAsText(await report(), { paint: colors.createColors(false) });
    expect(text).toContain("Against origin/main: 1 to create, 1 to replace, 7 unchanged");
    expect(text).toContain("± sql.DatabaseInstance db  protected: Pulumi refuses it");
    expect(text).toContain("LOSES every database on it, with its backups");
  });
});

describe("Markdown", () => {
  it("puts loss of data first and lets no text out of its place", async () => {
    const markdown = planAsMarkdown(await report());
    expect(markdown.indexOf("Data would be lost")).toBeLessThan(markdown.indexOf("| `±` replace |"));
    // Outside of code, a tag would be one.
    const outside = markdown.replace(/``?[^\n]*?``?/g, "");
    expect(outside).not.toContain("<script>");
    expect(outside).not.toMatch(/(?<!\\)<!--/);
    expect(markdown).not.toContain(" @everyone <\\!");
    const rows = markdown.split("\n").filter((line) => line.startsWith("| `"));
    expect(rows.map((row) => row.replaceAll("\\|", "").split("|").length)).toEqual([5, 5]);
  });

  it("is cut before it is too long for a comment", async () => {
    const all = await report();
    const [first] = difference.changes;
    if (!first) throw new Error("There is no change.");
    const long = { ...first, inputs: [{ path: "x", to: "y".repeat(500), replaces: false }] };
    const many = { changes: Array.from({ length: 400 }, () => long), unchanged: 0 };
    const markdown = planAsMarkdown({ ...all, change: { against: "origin/main", difference: many } });
    expect(markdown.length).toBeLessThan(65_536);
    expect(markdown).toContain("And 340 more");
  });
});

describe("HTML", () => {
  it("is whole, fetches nothing and runs nothing", async () => {
    const html = planAsHtml({ ...(await report()), picture: { svg: "<svg/>", mermaid: "", text: HOSTILE } });
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html).not.toMatch(/<script|<link|src=|@import|url\(/);
    expect(html).toContain("&lt;script&gt;");
    expect(html).toContain("Loses every database on it");
  });
});

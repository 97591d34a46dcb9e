/** The page of `atelier plan --html` as a browser shows it: on a screen, on a telephone, on paper, and to those who do not
 * see it.
 */
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../engine/command.ts";
import { type OwnBrowser, openBrowser } from "../helpers/browser.ts";
import { ROOT } from "../helpers/stack.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const ATELIER = join(ROOT, "bootstrap/atelier.mjs");

const PAGES: Readonly<Record<string, readonly string[]>> = {
  "FlashFit on Cloud Run": ["--app", "examples/flashfit-ai/app.yaml", "--target", "gcp-cloud-run"],
  "ClosetGPT on one host": ["--app", "examples/closetgpt/app.yaml", "--target", "docker"],
};
/** Moves everything that a region holds. */
const LOSS = ["--set", "regions=[europe-west1]"];

let own: OwnBrowser;
beforeAll(async () => {
  own = await openBrowser();
});
afterAll(() => own?.close());

async function atelier(...args: readonly string[]) {
  const { code, stdout, stderr } = await run(
    process.execPath,
    [ATELIER, "plan", "--environment", "prod", ...args],
    {
      cwd: ROOT,
      env: process.env,
    },
  );
  if (code === 1 || stdout === "") throw new Error(stderr);
  return { code, stdout };
}

async function pageOf(args: readonly string[], loses: boolean): Promise<string> {
  if (!loses) return (await atelier(...args, "--html")).stdout;
  const before = join(own.folder, "before.json");
  await writeFile(before, (await atelier(...args, "--json")).stdout);
  const { code, stdout } = await atelier(...args, ...LOSS, "--against", before, "--html");
  expect(code).toBe(2);
  return stdout;
}

describe.each([
  { name: "FlashFit on Cloud Run", loses: false },
  { name: "FlashFit on Cloud Run", loses: true },
  { name: "ClosetGPT on one host", loses: false },
])("the page of $name, data lost: $loses", ({ name, loses }) => {
  let page: Page;
  const complaints: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    const file = join(own.folder, "plan.html");
    await writeFile(file, await pageOf(PAGES[name] ?? [], loses));
    page = await own.browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on("console", (message) => complaints.push(message.text()));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(`file://${file}`);
  });
  afterAll(() => page?.close());

  it("stands alone and has nothing to complain of", () => {
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith("file:"))).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  it("passes axe with everything open", async () => {
    await page.evaluate(() => {
      for (const one of document.querySelectorAll("details")) one.open = true;
    });
    await page.addScriptTag({ path: AXE });
    const { violations, passes } = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
    );
    const shown = violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 120)} ${failureSummary}`),
    );
    expect(shown).toEqual([]);
    const passed = passes.map(({ id }) => id);
    for (const rule of ["color-contrast", "document-title", "html-has-lang", "svg-img-alt"])
      expect(passed, rule).toContain(rule);
  });

  it("calls what is lost by its name, in red", async () => {
    const lost = await page.locator("p.loss").allTextContents();
    if (!loses) return expect(lost).toEqual([]);
    expect(lost.length).toBeGreaterThan(0);
    const color = await page
      .locator("p.loss")
      .first()
      .evaluate((one) => getComputedStyle(one).color);
    expect(color).toBe("rgb(164, 14, 38)");
  });

  it("fits a telephone without scrolling sideways", async () => {
    await page.setViewportSize({ width: 360, height: 800 });
    const { wide, view } = await page.evaluate(() => ({
      wide: document.documentElement.scrollWidth,
      view: document.documentElement.clientWidth,
    }));
    await page.setViewportSize({ width: 1280, height: 900 });
    expect(wide).toBeLessThanOrEqual(view);
  });

  it("prints everything, the folded parts too, and nothing beyond the edge", async () => {
    await page.evaluate(() => {
      for (const one of document.querySelectorAll("details")) one.open = false;
    });
    await page.emulateMedia({ media: "print" });
    const { hidden, beyond } = await page.evaluate(() => ({
      hidden: [...document.querySelectorAll("details li, details pre")].filter(
        (one) => one.getBoundingClientRect().height === 0,
      ).length,
      beyond: [...document.querySelectorAll("body *")].filter(
        (one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1,
      ).length,
    }));
    expect({ hidden, beyond }).toEqual({ hidden: 0, beyond: 0 });
    const paper = await page.pdf({ format: "A4" });
    expect(paper.subarray(0, 5).toString()).toBe("%PDF-");
    await page.emulateMedia({ media: "screen" });
  });
});

/** A Chromium without a window, and a folder for what it opens. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { chromiumPath } from "./packages.ts";

export interface OwnBrowser {
  readonly browser: Browser;
  readonly folder: string;
  close(): Promise<void>;
}

export async function openBrowser(): Promise<OwnBrowser> {
  const folder = await mkdtemp(join(tmpdir(), "atelier-browser-"));
  const args = ["--no-sandbox", "--disable-gpu"];
  const browser = await chromium.launch({ executablePath: chromiumPath(), args });
  const close = async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { browser, folder, close };
}

/** docs/monitoring.md says what there is; run on this file with `-u` at the end, vitest writes it. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { monitoringOf } from "../../../components/monitoring/definitions.ts";
import { describeDefinitions } from "../../../components/monitoring/reference.ts";
import { loadApp } from "../../../src/config/index.ts";

const root = new URL("../../../", import.meta.url);
const PAGE = new URL("docs/monitoring.md", root);

it("docs/monitoring.md lists the dashboards and alerts of FlashFit as they are", async () => {
  const { app } = loadApp({ file: new URL("examples/flashfit-ai/app.yaml", root).pathname });
  const written = readFileSync(PAGE, "utf8");
  const generated = `<!-- generated -->\n\n${describeDefinitions(monitoringOf(app))}\n\n<!-- end -->`;
  const current = written.replace(/<!-- generated -->[\s\S]*<!-- end -->/, () => generated);
  expect(current).toContain("| PostgresDown |");
  await expect(current).toMatchFileSnapshot(PAGE.pathname);
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { renderSvg } from "../../src/graph/svg.ts";
import { topologyOf } from "../../src/graph/topology.ts";
import { example } from "./apps.ts";

const FILE = "docs/pictures/flashfit.svg";
const COMMAND = `npx atelier graph --app examples/flashfit-ai/app.yaml --environment prod --from app --out ${FILE}`;

it(`${FILE} is current; if it is not, run: ${COMMAND}`, async () => {
  const kept = readFileSync(join(import.meta.dirname, "../..", FILE), "utf8");
  expect((await renderSvg(topologyOf(example("flashfit-ai")))) === kept).toBe(true);
});

/** Writes schema/plan.schema.json, which says what `atelier plan --json` prints. A test fails when it is not current. */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { planDocument } from "./document.ts";

writeFileSync(
  resolve(import.meta.dirname, "../../schema/plan.schema.json"),
  `${JSON.stringify(z.toJSONSchema(planDocument, { io: "output" }), null, 2)}\n`,
);

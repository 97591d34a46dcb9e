/** Writes schema/app.schema.json, by which editors complete, document and check app.yaml.
 *
 * `node src/config/generate-schema.ts` writes it, `--check` fails when the file is not current.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { jsonSchema } from "./json-schema.ts";

const FILE = resolve(import.meta.dirname, "../../schema/app.schema.json");

if (process.argv[1] === import.meta.filename) {
  const text = `${JSON.stringify(jsonSchema(), null, 2)}\n`;
  if (!process.argv.includes("--check")) writeFileSync(FILE, text);
  else if (readFileSync(FILE, "utf8") !== text) {
    process.stderr.write("schema/app.schema.json is not current; run node src/config/generate-schema.ts\n");
    process.exitCode = 1;
  }
}

/** The examples of the README. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./stack.ts";

export const readme = readFileSync(join(ROOT, "README.md"), "utf8");

/** The fenced block with this info string. */
export function block(info: string): string {
  const found = readme.split(`\`\`\`${info}\n`)[1]?.split("\n```")[0];
  if (found === undefined) throw new Error(`README.md has no block ${info}`);
  return `${found}\n`;
}

/** What tells whether files have changed: a label of the template, so that a new generation reads them. */
import { createHash } from "node:crypto";

export const hashOf = (files: Readonly<Record<string, string>>): string =>
  createHash("sha256")
    .update(JSON.stringify(Object.entries(files).sort()))
    .digest("hex")
    .slice(0, 12);

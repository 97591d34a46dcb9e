/** Sets one key of a complete app and returns what is said about it. */
import { relative, resolve } from "node:path";
import { ConfigError, loadApp } from "../../../src/config/index.ts";

export type Row = readonly [key: string, value: unknown, message: string];

const FOLDER = resolve(import.meta.dirname, "../../fixtures/config");

/** The messages, one per line, without `--set: ` and the folder of the file. */
export function messageOf(key: string, value: unknown): string {
  // Ports are published, and so can clash, in development only.
  const environment = key === "services.model.port" ? "dev" : "prod";
  try {
    loadApp({ file: resolve(FOLDER, "app.yaml"), environment, set: { [key]: value } });
    return "accepted";
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const folder = `${relative("", FOLDER)}/`;
    return error.message.replaceAll(/^--set: /gm, "").replaceAll(folder, "");
  }
}

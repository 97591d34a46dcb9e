/** Where things are inside the monitoring containers, and under which address operators see them. */
import type { App, OperatorTool } from "../../../src/config/model.ts";

/** Files of a Rendered part lie below this folder. */
export const CONFIG = "/run/config";
export const SECRETS = "/run/secrets";

export const PORTS = { prometheus: 9090, alertmanager: 9093, grafana: 3000 } as const;

/** One container: what it reads and how it is started. Everything in it follows from the arguments alone. */
export interface Rendered {
  /** Name below /run/config → text. */
  readonly files: Readonly<Record<string, string>>;
  /** Arguments of the program; the image says which program. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Name below /run/secrets → what the caller puts there. */
  readonly secrets: Readonly<Record<string, SecretFile>>;
}

export type SecretFile =
  /** One of the app's secrets. */
  | { readonly of: "app"; readonly name: string }
  /** A password that the platform makes, under this purpose. */
  | { readonly of: "platform"; readonly purpose: string };

/** Path of a tool as its own server sees it, without a slash at the end: `/prometheus`; empty at the root. */
export function pathInside(app: App, tool: OperatorTool): string {
  const found = routeOf(app, tool);
  return found && !found.strip ? found.path : "";
}

/** Address of a tool in an operator's browser. Where no route leads to it: at its own port. */
export function addressOf(app: App, tool: OperatorTool, origin: string): string {
  const found = routeOf(app, tool);
  return found ? `${origin}${found.path}/` : `http://localhost:${PORTS[tool]}/`;
}

/** Path by which pages of this app reach a tool; absent where no route leads to it. */
export function publicPath(app: App, tool: OperatorTool): string | undefined {
  return routeOf(app, tool)?.path;
}

function routeOf(app: App, tool: OperatorTool): { path: string; strip: boolean } | undefined {
  for (const [path, { to, strip }] of Object.entries(app.routes)) {
    if (to.type === "operators" && to.tool === tool) return { path: path.replace(/\/$/, ""), strip };
  }
  return undefined;
}

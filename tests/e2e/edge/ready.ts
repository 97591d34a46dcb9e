/** A stack with one service, a WAF, an edge and a door, that answers. */
import type { App } from "../../../src/config/model.ts";
import { type Answer, type Call, call } from "./client.ts";
import { until } from "./docker.ts";
import { ROUTES } from "./routes.ts";
import { buildImages, Stack } from "./stack.ts";

export interface Ready {
  readonly stack: Stack;
  readonly edge: string;
  /** Empty when the app has no WAF. */
  readonly waf: string;
  get(path: string, options?: Call): Promise<Answer>;
  close(): Promise<void>;
}

export async function startReady(purpose: string, app: App): Promise<Ready> {
  await buildImages();
  const stack = await Stack.open(purpose);
  const get = (path: string, options?: Call) => call(stack.door, path, options);
  try {
    await stack.startBackend("api");
    const waf = (await stack.startWaf(app)) ?? "";
    const edge = await stack.startEdge(app, ROUTES);
    await stack.startDoor(app.edge.domain);
    await until("first answer", async () => (await get("/app/")).status === 200 || undefined);
    return { stack, edge, waf, get, close: () => stack.close() };
  } catch (error) {
    await stack.close();
    throw error;
  }
}

/** What the service behind the edge saw. */
export interface Echo {
  readonly name: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: number;
}

export const echo = ({ body }: Answer) => JSON.parse(body) as Echo;

/** The middleware on PORT, its metrics on METRICS_PORT. On SIGTERM it says that it is not ready, goes on for
 * DRAIN_SECONDS so that the door stops choosing it, ends its streams, and leaves.
 */
import { createServer } from "node:http";
import { Assistant } from "./assistant.mjs";
import { Cache } from "./cache.mjs";
import { Database } from "./database.mjs";
import { report } from "./errors.mjs";
import { makeHealth } from "./health.mjs";
import { log } from "./log.mjs";
import { metricsText } from "./metrics.mjs";
import { OpenAi } from "./openai.mjs";
import { Pictures } from "./pictures.mjs";
import { makeRoutes } from "./routes.mjs";
import { readSettings } from "./settings.mjs";

const settings = readSettings(process.env);
const cache = await Cache.open(settings.redis);
const database = new Database(settings.database);
const openai = new OpenAi(settings.openai);
const assistant = new Assistant({ cache, database, openai });
const state = { leaving: false, streams: new Set() };
const health = makeHealth({ cache, database, openai, state });
const routes = makeRoutes({
  assistant,
  cache,
  database,
  health,
  pictures: new Pictures(settings.pictures),
  state,
});

const server = createServer(async (request, response) => {
  try {
    await routes(request, response);
  } catch (error) {
    log("error", error.stack ?? String(error));
    report(settings.sentry, error);
    if (!response.headersSent) response.writeHead(500, { "content-type": "application/json" });
    response.end(response.headersSent ? undefined : '{"detail":"something went wrong here"}\n');
  }
});
// Idle connections outlive those of the door, so that it never meets one that is just being closed.
server.keepAliveTimeout = 75_000;
server.listen(settings.port, () => log("info", `port ${settings.port}`));

const scraped = createServer((_request, response) => {
  response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }).end(metricsText());
});
scraped.listen(settings.metricsPort);

process.once("SIGTERM", () => {
  state.leaving = true;
  setTimeout(() => {
    for (const stream of state.streams) stream.end();
    scraped.close();
    server.close(async () => {
      await Promise.allSettled([cache.close(), database.close()]);
      process.exit(0);
    });
    setInterval(() => server.closeIdleConnections(), 50);
  }, settings.drainMilliseconds);
});

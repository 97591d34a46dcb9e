/** Sign-in on one's own host: the part of Identity Toolkit's REST interface that a page and a service need, with
 * tokens that are signed as Google signs Firebase's.
 *
 *   ISSUER_CONFIG  file: { project, apiKey, signIn: [email, anonymous], signUp: open | closed }
 *   ISSUER_DATA    folder of keys and accounts, /data by default
 *   PORT           9099 by default
 */
import { readFileSync } from "node:fs";
import { Accounts } from "./accounts.mjs";
import { serve } from "./http.mjs";
import { routes } from "./routes.mjs";
import { Tokens } from "./tokens.mjs";

const { env } = process;
const folder = env.ISSUER_DATA ?? "/data";
const config = JSON.parse(readFileSync(env.ISSUER_CONFIG ?? "/run/config/issuer.json", "utf8"));
const accounts = Accounts.open(folder);
const tokens = Tokens.open(folder, config.project);

const server = serve(routes({ config, accounts, tokens }));
server.listen(Number(env.PORT ?? 9099), () =>
  console.log(`issuer: ${accounts.size} accounts of ${config.project}, port ${server.address().port}`),
);

process.once("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});

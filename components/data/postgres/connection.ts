/** What a service gets for its login at a Postgres, whatever the target: the contract of src/config/connections.ts. */
import { prefixOf } from "../../../src/config/connections.ts";
import type { Postgres } from "../../../src/config/model.ts";
import { databaseOf, PORT } from "./setup.ts";

interface Login<H> {
  readonly host: H;
  /** The service, which logs in by its own name. */
  readonly user: string;
}

export function connectionEnv<H>(
  name: string,
  { host, user }: Login<H>,
  { pool }: Pick<Postgres, "pool">,
): Record<string, string | H> {
  const prefix = prefixOf(name);
  return {
    [`${prefix}HOST`]: host,
    [`${prefix}PORT`]: String(PORT),
    [`${prefix}NAME`]: databaseOf(name),
    [`${prefix}USER`]: user,
    [`${prefix}SSLMODE`]: "require",
    [`${prefix}POOL_MAX`]: String(pool.max),
  };
}

export function connectionUrl(name: string, { host, user }: Login<string>, password: string): string {
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return `postgresql://${login}@${host}:${PORT}/${databaseOf(name)}?sslmode=require`;
}

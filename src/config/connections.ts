/** The connection contract: names of the variables that a service gets for each name in its `uses`.
 *
 * `uses: { db: write }` gives DB_HOST, DB_PORT and so on; the prefix is the used part's own name. Variables marked
 * secret arrive as files (`DB_PASSWORD_FILE`) unless the service asks for plain environment variables.
 */
import type { DataKind } from "./model.ts";

export interface Variable {
  readonly suffix: string;
  readonly secret: boolean;
  readonly meaning: string;
}

const plain = (suffix: string, meaning: string): Variable => ({ suffix, secret: false, meaning });
const hidden = (suffix: string, meaning: string): Variable => ({ suffix, secret: true, meaning });

const HOST = plain("HOST", "host name");
const PORT = plain("PORT", "port");
const USER = plain("USER", "login of this service alone");
const PASSWORD = hidden("PASSWORD", "password of that login");

export const connectionVariables = {
  postgres: [
    HOST,
    PORT,
    plain("NAME", "database"),
    USER,
    PASSWORD,
    hidden("URL", "postgresql:// with everything in it"),
    plain("SSLMODE", "how the connection is encrypted, for libpq"),
    plain("POOL_MAX", "connections that one instance may hold"),
  ],
  redis: [HOST, PORT, USER, PASSWORD, hidden("URL", "redis:// with everything in it")],
  documents: [
    HOST,
    PORT,
    plain("NAME", "database"),
    USER,
    PASSWORD,
    hidden("URL", "mongodb:// with everything in it"),
  ],
  vectors: [plain("PATH", "folder of the index"), plain("DIMENSIONS", "length of a vector")],
  bucket: [
    plain("ENDPOINT", "address of the S3 interface"),
    plain("BUCKET", "bucket"),
    plain("REGION", "region to sign for"),
    plain("ACCESS_KEY", "key id of this service alone"),
    hidden("SECRET_KEY", "key for signing"),
  ],
  service: [plain("URL", "base address"), HOST, PORT],
} as const satisfies Record<DataKind | "service", readonly Variable[]>;

/** `db` → `DB_`, `user-cache` → `USER_CACHE_`. */
export function prefixOf(name: string): string {
  return `${name.toUpperCase().replaceAll("-", "_")}_`;
}

/** Contract names of everything that a service gets for one name in its `uses`. */
export function variableNames(name: string, kind: DataKind | "service"): string[] {
  return connectionVariables[kind].map(({ suffix }) => prefixOf(name) + suffix);
}

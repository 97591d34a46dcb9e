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
  redis: [
    HOST,
    PORT,
    USER,
    PASSWORD,
    hidden("URL", "redis:// or, where the connection is encrypted, rediss:// with everything in it"),
    // Nobody's secret, but wanted as a file like one.
    hidden("CA", "certificates to trust, PEM; only where the server's are signed by an authority of its own"),
  ],
  documents: [
    HOST,
    PORT,
    plain("NAME", "database"),
    USER,
    PASSWORD,
    hidden("URL", "mongodb:// with everything in it"),
    plain("PROJECT", "project of the database; firestore alone, whose login is the service's own identity"),
    plain(
      "EMULATOR",
      "host:port in place of the real one, which asks for no login; firestore alone, on one's own host",
    ),
  ],
  vectors: [plain("PATH", "folder of the index"), plain("DIMENSIONS", "length of a vector")],
  bucket: [
    plain("ENDPOINT", "address of the S3 interface"),
    plain("BUCKET", "bucket"),
    plain("REGION", "region to sign for"),
    plain("ACCESS_KEY", "key id of this service alone"),
    hidden("SECRET_KEY", "key for signing"),
    plain("LINK_KEY_NAME", "name of LINK_KEY; where a route's links are signed with a key of their own"),
    hidden("LINK_KEY", "key for links through the bucket's route, base64url"),
  ],
  auth: [
    plain("PROVIDER", "who keeps the accounts"),
    plain("PROJECT", "the provider's name for this app"),
    plain("ISSUER", "`iss` of every token"),
    plain("AUDIENCE", "`aud` of every token"),
    plain("JWKS_URL", "public keys that tokens are checked with"),
    plain("DOMAIN", "host that browsers sign in at"),
    plain("API_KEY", "names the app to the provider in a browser; it admits nobody by itself"),
    plain("EMULATOR", "host:port that stands in for the provider; only on one's own host"),
  ],
  service: [
    plain("URL", "base address"),
    HOST,
    PORT,
    plain("AUDIENCE", "whom a caller's identity token must be made for; where the service asks for one"),
  ],
} as const satisfies Record<DataKind | "service", readonly Variable[]>;

/** `db` → `DB_`, `user-cache` → `USER_CACHE_`. */
export function prefixOf(name: string): string {
  return `${name.toUpperCase().replaceAll("-", "_")}_`;
}

/** Contract names of everything that a service gets for one name in its `uses`. */
export function variableNames(name: string, kind: DataKind | "service"): string[] {
  return connectionVariables[kind].map(({ suffix }) => prefixOf(name) + suffix);
}

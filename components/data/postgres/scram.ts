/** SCRAM-SHA-256 verifiers (RFC 5803), so that a password never reaches the server in clear: not its statement
 * log, not pg_stat_statements, not an error message.
 */
import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

/** PostgreSQL's own default for scram_iterations. */
const ITERATIONS = 4096;

/** `SCRAM-SHA-256$4096:<salt>$<StoredKey>:<ServerKey>`. The salt follows from role and password, so that the
 * same password gives the same text at every run.
 */
export function scramVerifier(role: string, password: string): string {
  const salt = createHash("sha256").update(`scram/${role}/${password}`).digest().subarray(0, 16);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, "sha256");
  const clientKey = createHmac("sha256", salted).update("Client Key").digest();
  const storedKey = createHash("sha256").update(clientKey).digest("base64");
  const serverKey = createHmac("sha256", salted).update("Server Key").digest("base64");
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}

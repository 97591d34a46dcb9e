/** Postgres: products, and what was said. */
import { log } from "./log.mjs";
import { Pool } from "./packages.mjs";

export class Database {
  #pool;

  constructor({ url, max, sslmode }) {
    const address = new URL(url);
    // How the connection is encrypted is said once, below: the library reads libpq's words otherwise.
    address.searchParams.delete("sslmode");
    const encrypted = sslmode !== undefined && !["disable", "allow", "prefer"].includes(sslmode);
    this.#pool = new Pool({
      connectionString: address.href,
      max,
      connectionTimeoutMillis: 3000,
      // libpq's `require` encrypts and trusts whoever answers; `verify-ca` and `verify-full` look at the certificate.
      ...(encrypted && { ssl: { rejectUnauthorized: sslmode.startsWith("verify") } }),
    });
    this.#pool.on("error", (error) => log("warn", `postgres: ${error.message}`));
  }

  async products() {
    return this.#rows(
      "SELECT id, name, kind, price::float AS price, words, picture FROM products ORDER BY id",
    );
  }

  async remember({ conversation, question, answer, by }) {
    await this.#rows(
      "INSERT INTO turns (conversation, question, answer, answered_by) VALUES ($1, $2, $3, $4)",
      [conversation, question, answer, by],
    );
  }

  async turns(conversation) {
    return this.#rows(
      "SELECT question, answer, answered_by, asked_at FROM turns WHERE conversation = $1 ORDER BY id",
      [conversation],
    );
  }

  async ping() {
    await this.#rows("SELECT 1");
  }

  async close() {
    await this.#pool.end();
  }

  async #rows(sql, values = []) {
    return (await this.#pool.query(sql, values)).rows;
  }
}

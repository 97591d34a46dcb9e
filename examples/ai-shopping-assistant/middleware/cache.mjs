/** Two levels: a thousand answers in memory for five minutes, and Redis for an hour. The third is the CDN. */
import { log } from "./log.mjs";
import { createClient } from "./packages.mjs";

const MEMORY = { max: 1000, milliseconds: 5 * 60_000 };
const REDIS = { seconds: 3600, prefix: "ai:assistant:" };

export class Cache {
  #memory = new Map();
  #redis;

  static async open({ url, ca }) {
    const redis = createClient({
      url,
      socket: {
        connectTimeout: 1000,
        ...(ca && { ca }),
        reconnectStrategy: (tries) => Math.min(tries * 100, 2000),
      },
      disableOfflineQueue: true,
    });
    redis.on("error", (error) => log("warn", `redis: ${error.message}`));
    // It starts without its cache and says so in its readiness.
    await Promise.race([redis.connect(), new Promise((wait) => setTimeout(wait, 1000))]).catch(
      () => undefined,
    );
    return new Cache(redis);
  }

  constructor(redis) {
    this.#redis = redis;
  }

  /** The value, and where it was: `memory`, `redis`, or `miss` when it had to be made. */
  async through(key, make) {
    const now = Date.now();
    const near = this.#memory.get(key);
    if (near && near.until > now) return { value: near.value, from: "memory" };
    const far = await this.#redis.get(REDIS.prefix + key).catch(() => null);
    if (far !== null) return { value: this.#keep(key, JSON.parse(far)), from: "redis" };
    const value = await make();
    await this.#redis
      .set(REDIS.prefix + key, JSON.stringify(value), { EX: REDIS.seconds })
      .catch(() => undefined);
    return { value: this.#keep(key, value), from: "miss" };
  }

  async ping() {
    await this.#redis.ping();
  }

  async close() {
    await this.#redis.disconnect();
  }

  #keep(key, value) {
    this.#memory.delete(key);
    if (this.#memory.size >= MEMORY.max) this.#memory.delete(this.#memory.keys().next().value);
    this.#memory.set(key, { value, until: Date.now() + MEMORY.milliseconds });
    return value;
  }
}

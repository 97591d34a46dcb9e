/** Debian's packages, which lie where only `require` looks. */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

export const { Pool } = require("pg");
export const { createClient } = require("redis");
export const { fetch, ProxyAgent } = require("undici");

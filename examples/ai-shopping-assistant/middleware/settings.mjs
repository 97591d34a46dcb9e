/** Everything that the middleware reads from its environment, once, at the start. */
import { readFileSync } from "node:fs";

export function readSettings(env) {
  return {
    port: Number(env.PORT ?? 4000),
    metricsPort: Number(env.METRICS_PORT ?? 9464),
    drainMilliseconds: Number(env.DRAIN_SECONDS ?? 2) * 1000,
    redis: { url: secret(env, "REDIS_URL"), ca: secret(env, "CACHE_CA") },
    database: {
      url: secret(env, "DATABASE_URL"),
      max: Number(env.DB_POOL_MAX ?? 10),
      sslmode: env.DB_SSLMODE,
    },
    openai: {
      key: secret(env, "OPENAI_API_KEY") ?? "",
      model: env.OPENAI_MODEL ?? "gpt-4o-mini",
      proxy: env.HTTPS_PROXY,
    },
    pictures: {
      endpoint: env.CATALOGUE_ENDPOINT,
      bucket: env.CATALOGUE_BUCKET,
      region: env.CATALOGUE_REGION,
      accessKey: env.CATALOGUE_ACCESS_KEY,
      secretKey: secret(env, "CATALOGUE_SECRET_KEY"),
    },
    sentry: {
      dsn: secret(env, "SENTRY_DSN") ?? "",
      environment: env.ATELIER_ENVIRONMENT,
      proxy: env.HTTPS_PROXY,
    },
  };
}

/** The content of the file that `<NAME>_FILE` names, or the variable itself. */
function secret(env, name) {
  const file = env[`${name}_FILE`];
  return file ? readFileSync(file, "utf8").trim() : env[name];
}

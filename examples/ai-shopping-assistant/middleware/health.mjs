/** Readiness: every dependency asked at once, 503 when one does not answer. OpenAI is told and not counted, because the
 * assistant has words of its own without it.
 */
const PATIENCE = 2000;

export function makeHealth({ cache, database, openai, state }) {
  return async () => {
    const [onDatabase, onRedis] = await Promise.all([asked(database), asked(cache)]);
    const checks = { server: state.leaving ? "leaving" : "ok", database: onDatabase, redis: onRedis };
    const well = Object.values(checks).every((word) => word === "ok");
    return {
      status: well ? 200 : 503,
      body: {
        status: well ? "healthy" : "unhealthy",
        checks: { ...checks, openai: openai.state },
        timestamp: new Date().toISOString(),
      },
    };
  };
}

async function asked(part) {
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`no answer within ${PATIENCE} ms`)), PATIENCE).unref();
  });
  return Promise.race([part.ping(), late]).then(
    () => "ok",
    (error) => error.message || error.name,
  );
}

/** A reason to stop that fits one line: what is missing and what to do. It is printed without a stack trace. */
export class Stop extends Error {
  name = "Stop";
}

/** The one line to print for a failure. `ATELIER_DEBUG=1` in `env` asks for the stack trace as well. */
export function describeFailure(error, env) {
  if (!(error instanceof Error)) return String(error);
  const expected = error.name === "Stop" || error.name === "ConfigError";
  if (env.ATELIER_DEBUG === "1") return error.stack ?? error.message;
  return expected ? error.message : `${error.message}; set ATELIER_DEBUG=1 to see where it comes from`;
}

/** A reason to stop that fits one line: what is missing and what to do. It is printed without a stack trace. */
export class Stop extends Error {}
/** The one line to print for a failure. `ATELIER_DEBUG=1` in `env` asks for the stack trace as well. */
export function describeFailure(error: unknown, env: Readonly<Record<string, string | undefined>>): string;

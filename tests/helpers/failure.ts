/** The message that a function fails with; `no failure` when it does not. */
export function failureOf(run: () => unknown): string {
  try {
    run();
    return "no failure";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

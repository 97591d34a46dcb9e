/** A container that runs to its end. The provider calls it created whatever its exit code; here it must be 0. */
import type { Container } from "@pulumi/docker/container.js";
import { type Input, output, type Resource, RunError } from "@pulumi/pulumi";

const LAST_LINES = 15;

/** The container, once it ended with 0. Rejects with its last lines otherwise; values in `hidden` are cut out.
 * @param path key path of what the job belongs to, for instance `services.migrate`
 */
export function succeeded(path: string, container: Container, hidden: readonly string[]): Input<Resource> {
  return output([container.exitCode, container.containerLogs] as const).apply(([code, logs]) => {
    if (code === 0) return container;
    const text = hidden.reduce((rest, value) => rest.replaceAll(value, "[secret]"), logs ?? "");
    throw new RunError(
      `${path}: the job ended with exit code ${code}; what waits for it was not changed. Its last lines:\n${text.trim().split("\n").slice(-LAST_LINES).join("\n")}`,
    );
  }) as unknown as Input<Resource>;
}

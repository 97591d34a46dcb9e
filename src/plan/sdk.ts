/** Pulumi's SDK as the program under plan uses it, with the doors that its own tests go through.
 *
 * The SDK is CommonJS; a second instance by way of `import` would have a store of its own.
 */
import { createRequire } from "node:module";
import type * as pulumi from "@pulumi/pulumi";

const load = createRequire(import.meta.url);

const { runtime } = load("@pulumi/pulumi") as typeof pulumi;
const { withLocalStorage } = load("@pulumi/pulumi/runtime/state") as {
  /** Runs with a store of its own, so that several runs can go on side by side. */
  withLocalStorage<T>(run: () => T): T;
};
const { setMockOptions, waitForRPCs } = load("@pulumi/pulumi/runtime/settings") as {
  setMockOptions(monitor: object, project: string, stack: string, preview: boolean): void;
  waitForRPCs(): Promise<void>;
};

const { ResourceMonitorFeature: Feature } = load(
  "@pulumi/pulumi/proto/resource_pb",
) as typeof import("@pulumi/pulumi/proto/resource_pb.js");

/** What the SDK may ask of whoever stands for the engine. Output values are left out: inputs would be wrapped in what
 * only the engine reads. So are transforms, which the engine calls back for.
 */
export const FEATURES: readonly number[] = [
  Feature.RESOURCE_MONITOR_FEATURE_SECRETS,
  Feature.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
  Feature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
  Feature.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
  Feature.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
  Feature.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
  Feature.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
];

export interface Session {
  /** Stands for the engine: gets the SDK's requests. */
  readonly monitor: object;
  readonly project: string;
  readonly stack: string;
  readonly preview: boolean;
}

/** Runs `program` as the program of a stack; resolves when everything that it registers, also inside `apply`, is. */
export function runStack(
  { monitor, project, stack, preview }: Session,
  program: () => Promise<Record<string, unknown>>,
): Promise<void> {
  return withLocalStorage(async () => {
    setMockOptions(monitor, project, stack, preview);
    // A program that throws inside would leave rejections that nobody hears; the stack ends first.
    const failures: unknown[] = [];
    await runtime.runInPulumiStack(() =>
      program().catch((error: unknown) => {
        failures.push(error);
        return {};
      }),
    );
    await waitForRPCs();
    if (failures.length > 0) throw failures[0];
  });
}

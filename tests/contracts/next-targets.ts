/** What two targets that are not built yet would hand from part to part. It compiles, so the contracts carry them; the
 * test beside it holds this file and ADR 008 together.
 */
import type { Input, Output, Resource } from "@pulumi/pulumi";
import type { Grant, Mount } from "../../components/contracts/grant.ts";
import type { Handles } from "../../components/contracts/handles.ts";
import type { SecretReference } from "../../components/contracts/secrets.ts";
import type { Adapters } from "../../components/contracts/target.ts";

// Handles
type EcsMount = Mount & { readonly fileSystem: Input<string>; readonly accessPoint: Input<string> };

interface EcsHandles extends Handles {
  readonly network: {
    readonly vpc: Output<string>;
    subnets(kind: "public" | "private" | "isolated"): Output<string[]>;
    /** Security group of a service or data part. */
    group(part: string): Output<string>;
    /** Listener rule of a service with routes, whose weights ECS moves. */
    rule(service: string): Output<string>;
    readonly ready: readonly Input<Resource>[];
  };
  readonly backend:
    | { readonly type: "targets"; readonly groups: readonly [blue: Output<string>, green: Output<string>] }
    | { readonly type: "bucket"; readonly domain: Output<string>; readonly cdn: boolean };
  readonly grant: Grant & { readonly mounts: readonly EcsMount[] };
  /** `reference` is an ARN with the version's id. */
  readonly secret: SecretReference & { readonly value?: Output<string> };
}

interface KubernetesHandles extends Handles {
  readonly network: {
    readonly namespace: Output<string>;
    /** By which policies know a service or data part. */
    labels(part: string): Readonly<Record<string, string>>;
    readonly ready: readonly Input<Resource>[];
  };
  readonly backend: { readonly service: Output<string>; readonly port: number; readonly weight?: number };
  readonly grant: Grant & { readonly mounts: readonly (Mount & { readonly claim: Input<string> })[] };
  /** `reference` is the name of a Secret. */
  readonly secret: SecretReference & { readonly key: string };
}
// To here

/** What the compiler asks of each. */
export type Next = Adapters<EcsHandles> | Adapters<KubernetesHandles>;

/** The plugin protocol as the Pulumi SDK carries it. */
import { createRequire } from "node:module";
import type * as grpcModule from "@grpc/grpc-js";
import type * as engineServiceModule from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type * as engineModule from "@pulumi/pulumi/proto/engine_pb.js";
import type * as pluginModule from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as providerServiceModule from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type * as providerModule from "@pulumi/pulumi/proto/provider_pb.js";
import type * as emptyModule from "google-protobuf/google/protobuf/empty_pb.js";
import type * as structModule from "google-protobuf/google/protobuf/struct_pb.js";
import { type Properties, reveal } from "../../rehearsal/values.ts";

// Generated CommonJS, whose names `import` does not find; gRPC is the SDK's own copy.
const load = createRequire(import.meta.url);
const loadOfPulumi = createRequire(load.resolve("@pulumi/pulumi/package.json"));

export const grpc = loadOfPulumi("@grpc/grpc-js") as typeof grpcModule;
export const { Struct } = loadOfPulumi("google-protobuf/google/protobuf/struct_pb.js") as typeof structModule;
export const { Empty } = loadOfPulumi("google-protobuf/google/protobuf/empty_pb.js") as typeof emptyModule;
export const messages = load("@pulumi/pulumi/proto/provider_pb.js") as typeof providerModule;
export const plugins = load("@pulumi/pulumi/proto/plugin_pb.js") as typeof pluginModule;
export const engine = load("@pulumi/pulumi/proto/engine_pb.js") as typeof engineModule;
export const { ResourceProviderClient } = load(
  "@pulumi/pulumi/proto/provider_grpc_pb.js",
) as typeof providerServiceModule;
export const { EngineService } = load("@pulumi/pulumi/proto/engine_grpc_pb.js") as typeof engineServiceModule;

export type ProviderClient = providerServiceModule.ResourceProviderClient;
export type ServiceError = grpcModule.ServiceError;
export type Struct = structModule.Struct;

/** Without marks of secrecy, which not every provider reads, and resources by their ids. */
export function structOf(properties: Properties): Struct {
  const plain = reveal(properties) as Parameters<typeof Struct.fromJavaScript>[0];
  return Struct.fromJavaScript(plain);
}

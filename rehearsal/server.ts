/** A provider plugin in front of a cloud in memory: the real engine talks to it as to any other provider.
 *
 * Attach it with `PULUMI_DEBUG_PROVIDERS=<package>:<port>`; one server may stand for several packages.
 */
import { createRequire } from "node:module";
import type * as grpcModule from "@grpc/grpc-js";
import type * as pluginModule from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as serviceModule from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type * as messageModule from "@pulumi/pulumi/proto/provider_pb.js";
import type * as structModule from "google-protobuf/google/protobuf/struct_pb.js";
import { type Cloud, CloudError } from "./cloud.ts";
import { partsOf } from "./operation.ts";
import { Operations } from "./operations.ts";
import { hide, type Properties, UNKNOWN } from "./values.ts";

// Generated CommonJS; named imports are not found in it.
const require = createRequire(import.meta.url);
const pulumi = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const grpc = pulumi("@grpc/grpc-js") as typeof grpcModule;
const { Struct } = pulumi("google-protobuf/google/protobuf/struct_pb.js") as typeof structModule;
const { Empty } = pulumi("google-protobuf/google/protobuf/empty_pb.js") as {
  Empty: new () => import("google-protobuf/google/protobuf/empty_pb.js").Empty;
};
const messages = require("@pulumi/pulumi/proto/provider_pb.js") as typeof messageModule;
const plugin = require("@pulumi/pulumi/proto/plugin_pb.js") as typeof pluginModule;
const { ResourceProviderService } =
  require("@pulumi/pulumi/proto/provider_grpc_pb.js") as typeof serviceModule;

type Struct = structModule.Struct;

export interface Rehearsal {
  readonly port: number;
  close(): void;
}

/** Starts to listen on 127.0.0.1 at a free port.
 * @param operations takes down what is asked for, and may disturb it
 */
export function serve(
  cloud: Cloud,
  isSecret: (type: string, key: string) => boolean,
  operations = new Operations(),
): Promise<Rehearsal> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
  server.addService(ResourceProviderService, handlers(cloud, isSecret, operations));
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve({ port, close: () => server.forceShutdown() });
    });
  });
}

function handlers(cloud: Cloud, isSecret: (type: string, key: string) => boolean, operations: Operations) {
  const marked = (type: string, properties: Properties): Struct =>
    struct(
      Object.fromEntries(
        Object.entries(properties).map(([key, value]) => [
          key,
          isSecret(type, key) && value !== UNKNOWN ? hide(value) : value,
        ]),
      ),
    );
  return {
    handshake: answer(() => {
      const response = new messages.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setAcceptResources(false);
      response.setAcceptOutputs(false);
      return response;
    }),
    parameterize: unavailable,
    getSchema: unavailable,
    checkConfig: answer((request: messageModule.CheckRequest) => checked(request.getNews())),
    diffConfig: answer(() => {
      const response = new messages.DiffResponse();
      response.setChanges(messages.DiffResponse.DiffChanges.DIFF_NONE);
      return response;
    }),
    configure: answer(() => {
      const response = new messages.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      response.setAcceptresources(false);
      return response;
    }),
    invoke: unavailable,
    call: unavailable,
    check: answer((request: messageModule.CheckRequest) => {
      const { type, name } = partsOf(request.getUrn());
      const seed = Buffer.from(request.getRandomseed_asU8()).toString("hex") || request.getUrn();
      const inputs = cloud.check(type, name, plain(request.getNews()), plain(request.getOlds()), seed);
      return checked(struct(inputs));
    }),
    diff: answer((request: messageModule.DiffRequest) => {
      const { type } = partsOf(request.getUrn());
      const ignored = request.getIgnorechangesList();
      const olds = plain(request.getOldInputs() ?? request.getOlds());
      const { changed, replaces } = cloud.diff(type, olds, plain(request.getNews()));
      const counted = changed.filter((key) => !ignored.includes(key));
      const response = new messages.DiffResponse();
      const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
      response.setChanges(counted.length > 0 ? DIFF_SOME : DIFF_NONE);
      response.setDiffsList(counted);
      response.setReplacesList(replaces.filter((key) => !ignored.includes(key)));
      return response;
    }),
    create: answer(async (request: messageModule.CreateRequest) => {
      const { type, name } = partsOf(request.getUrn());
      const inputs = plain(request.getProperties());
      const response = new messages.CreateResponse();
      if (request.getPreview()) {
        response.setProperties(marked(type, cloud.preview(type, name, inputs)));
        return response;
      }
      const live = await operations.run("create", request.getUrn(), () => cloud.create(type, name, inputs));
      response.setId(live.id);
      response.setProperties(marked(type, live.outputs));
      return response;
    }),
    read: answer(async (request: messageModule.ReadRequest) => {
      const { type } = partsOf(request.getUrn());
      const live = await operations.run("read", request.getUrn(), () => cloud.read(type, request.getId()));
      const response = new messages.ReadResponse();
      if (!live) return response;
      response.setId(live.id);
      response.setProperties(marked(type, live.outputs));
      response.setInputs(struct(live.inputs));
      return response;
    }),
    list: unavailable,
    update: answer(async (request: messageModule.UpdateRequest) => {
      const { type, name } = partsOf(request.getUrn());
      const inputs = plain(request.getNews());
      const response = new messages.UpdateResponse();
      const olds = plain(request.getOldInputs() ?? request.getOlds());
      const changed = cloud.changes(olds, inputs);
      const update = () => cloud.update(type, request.getId(), name, inputs).outputs;
      const outputs = request.getPreview()
        ? { ...plain(request.getOlds()), ...inputs }
        : await operations.run("update", request.getUrn(), update, { changed });
      response.setProperties(marked(type, outputs));
      return response;
    }),
    delete: answer(async (request: messageModule.DeleteRequest) => {
      const { type } = partsOf(request.getUrn());
      await operations.run("delete", request.getUrn(), () => cloud.delete(type, request.getId()));
      return new Empty();
    }),
    construct: unavailable,
    cancel: answer(() => new Empty()),
    getPluginInfo: answer(() => {
      const response = new plugin.PluginInfo();
      // Newer than any SDK, so that the engine does not ask for a newer plugin.
      response.setVersion("99.0.0");
      return response;
    }),
    attach: answer(() => new Empty()),
    getMapping: answer(() => new messages.GetMappingResponse()),
    getMappings: answer(() => new messages.GetMappingsResponse()),
  };
}

function answer<Q, R>(make: (request: Q) => R | Promise<R>): grpcModule.handleUnaryCall<Q, R> {
  return async ({ request }, done) => {
    try {
      done(null, await make(request));
    } catch (error) {
      const code = error instanceof CloudError ? grpc.status.INVALID_ARGUMENT : grpc.status.INTERNAL;
      done({ code, message: error instanceof Error ? error.message : String(error) });
    }
  };
}

const unavailable: grpcModule.handleUnaryCall<unknown, never> = (_, done) =>
  done({ code: grpc.status.UNIMPLEMENTED, message: "not part of a rehearsal" });

function checked(inputs: Struct | undefined): messageModule.CheckResponse {
  const response = new messages.CheckResponse();
  response.setInputs(inputs ?? struct({}));
  return response;
}

const plain = (value: Struct | undefined): Properties => (value?.toJavaScript() ?? {}) as Properties;
const struct = (properties: Properties): Struct =>
  Struct.fromJavaScript(properties as Parameters<typeof Struct.fromJavaScript>[0]);

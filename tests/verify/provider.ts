/** A provider to be asked: real gRPC, and rules that are made up for a test. */

import { createRequire } from "node:module";
import type * as grpcTypes from "@grpc/grpc-js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as providerModule from "@pulumi/pulumi/proto/provider_pb.js";
import type { Properties } from "../../rehearsal/values.ts";
import { Empty, grpc, messages, plugins } from "../../src/verify/grpc.ts";
import { type Answer, parseInput } from "../../src/verify/reasons.ts";

const load = createRequire(import.meta.url);
const { ResourceProviderService } = load(
  "@pulumi/pulumi/proto/provider_grpc_pb.js",
) as typeof import("@pulumi/pulumi/proto/provider_grpc_pb.js");

/** What is wrong with inputs of one type: required keys, and keys that take only some values. */
export interface Rule {
  readonly required?: readonly string[];
  readonly allowed?: Readonly<Record<string, readonly unknown[]>>;
}

export interface Behaviour {
  readonly rules?: Readonly<Record<string, Rule>>;
  /** Refuses the provider's configuration. */
  readonly refuseSettings?: (settings: Properties) => readonly Answer[];
  /** Fails a preview: text of the error, undefined for none. */
  readonly refusePreview?: (type: string, inputs: Properties) => string | undefined;
  /** Answers nothing to Check. */
  readonly silent?: boolean;
  /** Called before each Check. */
  readonly onCheck?: (type: string, name: string) => void;
  /** Milliseconds that the answer to a Check waits. */
  readonly delay?: (name: string) => number;
  readonly schema?: object;
}

export interface Provider {
  readonly port: number;
  /** What it was configured with, once per Configure. */
  readonly configured: {
    readonly settings: Properties;
    readonly variables: Readonly<Record<string, string>>;
  }[];
  readonly checked: string[];
  readonly previewed: { readonly type: string; readonly name: string; readonly inputs: Properties }[];
  /** Creates that were no previews. */
  readonly created: string[];
  close(): void;
}

type Unary<Q, R> = grpcTypes.handleUnaryCall<Q, R>;

export async function serveProvider(behaviour: Behaviour = {}): Promise<Provider> {
  const seen: Omit<Provider, "port" | "close"> = { configured: [], checked: [], previewed: [], created: [] };
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
  const absent: Unary<unknown, never> = (_, done) =>
    done({ code: grpc.status.UNIMPLEMENTED, details: "absent" });
  const names = Object.keys(ResourceProviderService);
  const handlers = {
    ...Object.fromEntries(names.map((name) => [name, absent])),
    ...handlersOf(behaviour, seen),
  };
  server.addService(ResourceProviderService, handlers);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, ...seen, close: () => server.forceShutdown() };
}

function handlersOf(behaviour: Behaviour, seen: Omit<Provider, "port" | "close">) {
  const checkConfig: Unary<providerModule.CheckRequest, providerModule.CheckResponse> = ({ request }, done) =>
    done(null, responseOf(request, behaviour.refuseSettings?.(newsOf(request)) ?? []));
  const configure: Unary<providerModule.ConfigureRequest, providerModule.ConfigureResponse> = (
    { request },
    done,
  ) => {
    const variables = Object.fromEntries(request.getVariablesMap().toObject());
    seen.configured.push({ settings: (request.getArgs()?.toJavaScript() ?? {}) as Properties, variables });
    done(null, new messages.ConfigureResponse());
  };
  const check: Unary<providerModule.CheckRequest, providerModule.CheckResponse> = ({ request }, done) => {
    const [type, name] = [request.getType(), request.getName()];
    behaviour.onCheck?.(type, name);
    seen.checked.push(name);
    if (behaviour.silent) return;
    const failures = failuresOf(newsOf(request), behaviour.rules?.[type] ?? {});
    setTimeout(() => done(null, responseOf(request, failures)), behaviour.delay?.(name) ?? 0);
  };
  const create: Unary<providerModule.CreateRequest, providerModule.CreateResponse> = ({ request }, done) => {
    const inputs = (request.getProperties()?.toJavaScript() ?? {}) as Properties;
    const [type, name] = [request.getType(), request.getName()];
    if (request.getPreview()) seen.previewed.push({ type, name, inputs });
    else seen.created.push(name);
    const details = behaviour.refusePreview?.(type, inputs);
    if (details === undefined) done(null, new messages.CreateResponse());
    else done({ code: grpc.status.UNKNOWN, details });
  };
  const getPluginInfo: Unary<unknown, PluginInfo> = (_, done) => {
    const info = new plugins.PluginInfo();
    info.setVersion("v7.7.7");
    done(null, info);
  };
  const getSchema: Unary<unknown, providerModule.GetSchemaResponse> = (_, done) => {
    const response = new messages.GetSchemaResponse();
    response.setSchema(behaviour.schema ? JSON.stringify(behaviour.schema) : "");
    done(null, response);
  };
  const attach: Unary<unknown, InstanceType<typeof Empty>> = (_, done) => done(null, new Empty());
  return { checkConfig, configure, check, create, getPluginInfo, getSchema, attach };
}

const newsOf = (request: providerModule.CheckRequest): Properties =>
  (request.getNews()?.toJavaScript() ?? {}) as Properties;

function failuresOf(inputs: Properties, { required = [], allowed = {} }: Rule): Answer[] {
  const missing = required
    .filter((key) => inputs[key] === undefined)
    .map((key) => ({ property: key, reason: `Missing required property '${key}'` }));
  const wrong = Object.entries(allowed).flatMap(([path, values]) => {
    const value = at(inputs, path);
    if (value === undefined || values.includes(value)) return [];
    return [
      { property: path, reason: `expected ${path} to be one of ${JSON.stringify(values)}, got ${value}` },
    ];
  });
  return [...missing, ...wrong];
}

function at(inputs: Properties, path: string): unknown {
  return parseInput(path).reduce<unknown>(
    (value, key) => (value as Record<string | number, unknown> | undefined)?.[key],
    inputs,
  );
}

function responseOf(
  request: providerModule.CheckRequest,
  failures: readonly Answer[],
): providerModule.CheckResponse {
  const response = new messages.CheckResponse();
  response.setInputs(request.getNews());
  for (const { property, reason } of failures) {
    const failure = new messages.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

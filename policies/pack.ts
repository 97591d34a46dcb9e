/** The policy pack: answers the engine's questions about resources (protocol `pulumirpc.Analyzer`).
 *
 * `new PolicyPack()` of @pulumi/policy would do for rules without settings in the stack's config: it is told that
 * config and throws it away. It also loads the whole SDK. So the pack serves the protocol itself; docs/adr/010-policies.md
 * has the figures.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type * as grpcModule from "@grpc/grpc-js";
import type * as serviceModule from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import type * as messageModule from "@pulumi/pulumi/proto/analyzer_pb.js";
import type * as pluginModule from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as structModule from "google-protobuf/google/protobuf/struct_pb.js";
import type { RuleConfig } from "./config.ts";
import { LEVELS } from "./config.ts";
import { type Description, POLICIES } from "./description.ts";
import type { Finding } from "./finding.ts";
import { openInputs } from "./judge.ts";
import type { LinkedResource, Resource } from "./rule.ts";
import { Session } from "./session.ts";
import { isMap, type Properties, UNKNOWN, type Value } from "./values.ts";

// Generated CommonJS; named imports are not found in it.
const require = createRequire(import.meta.url);
const pulumi = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const grpc = pulumi("@grpc/grpc-js") as typeof grpcModule;
const { Empty } = pulumi("google-protobuf/google/protobuf/empty_pb.js") as {
  Empty: new () => import("google-protobuf/google/protobuf/empty_pb.js").Empty;
};
const messages = require("@pulumi/pulumi/proto/analyzer_pb.js") as typeof messageModule;
const plugin = require("@pulumi/pulumi/proto/plugin_pb.js") as typeof pluginModule;
const { AnalyzerService } = require("@pulumi/pulumi/proto/analyzer_grpc_pb.js") as typeof serviceModule;
const { Struct } = pulumi("google-protobuf/google/protobuf/struct_pb.js") as typeof structModule;

const NAME = "atelier";
const { version: VERSION, description: DESCRIPTION } = JSON.parse(
  readFileSync(new URL("package.json", import.meta.url), "utf8"),
) as { readonly version: string; readonly description: string };

/** Starts to listen on 127.0.0.1, at a free port, which it returns. */
export function servePack(today = new Date().toISOString().slice(0, 10)): Promise<number> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
  server.addService(AnalyzerService, handlers(new Session(today, readIfThere)));
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function handlers(session: Session) {
  return {
    handshake: answer(() => new messages.AnalyzerHandshakeResponse()),
    configureStack: answer((request: messageModule.AnalyzerStackConfigureRequest) => {
      session.configureStack(request.getStack(), Object.fromEntries(request.getConfigMap().entries()));
      return new messages.AnalyzerStackConfigureResponse();
    }),
    configure: answer((request: messageModule.ConfigureAnalyzerRequest) => {
      session.configure(configsOf(request));
      return new Empty();
    }),
    getAnalyzerInfo: answer(describePack),
    getPluginInfo: answer(() => {
      const response = new plugin.PluginInfo();
      response.setVersion(VERSION);
      return response;
    }),
    remediate: answer(() => new messages.RemediateResponse()),
    analyze: answer((request: messageModule.AnalyzeRequest) =>
      response(session.analyze(resourceOf(request))),
    ),
    analyzeStack: answer((request: messageModule.AnalyzeStackRequest) =>
      response(
        session.analyzeStack(
          request.getResourcesList().map(
            (one): LinkedResource => ({
              ...resourceOf(one),
              dependencies: one.getDependenciesList(),
            }),
          ),
        ),
      ),
    ),
    cancel: answer(() => new Empty()),
  };
}

function answer<Q, R>(make: (request: Q) => R): grpcModule.handleUnaryCall<Q, R> {
  return ({ request }, done) => {
    try {
      done(null, make(request));
    } catch (error) {
      done({
        code: grpc.status.INVALID_ARGUMENT,
        message: error instanceof Error ? error.message : String(error),
      });
    }
  };
}

type Asking = messageModule.AnalyzeRequest | messageModule.AnalyzerResource;

function resourceOf(asking: Asking): Resource {
  const inputs = (asking.getProperties()?.toJavaScript() ?? {}) as Properties;
  return {
    urn: asking.getUrn(),
    type: asking.getType(),
    name: asking.getName(),
    inputs: oneUnknown(openInputs(inputs)),
    protect: asking.getOptions()?.getProtect() ?? false,
  };
}

/** The engine marks what is unknown by its type: text, number, boolean, list, map, asset, archive. */
const UNKNOWNS: ReadonlySet<unknown> = new Set([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

function oneUnknown(inputs: Properties): Properties {
  const visit = (value: Value): Value => {
    if (UNKNOWNS.has(value)) return UNKNOWN;
    if (Array.isArray(value)) return value.map(visit);
    return isMap(value) ? oneUnknown(value) : value;
  };
  return Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, visit(value)]));
}

const { EnforcementLevel, PolicySeverity } = messages;
const PROTOCOL_LEVELS = {
  advisory: EnforcementLevel.ADVISORY,
  mandatory: EnforcementLevel.MANDATORY,
  disabled: EnforcementLevel.DISABLED,
};
const PROTOCOL_SEVERITIES = {
  low: PolicySeverity.POLICY_SEVERITY_LOW,
  medium: PolicySeverity.POLICY_SEVERITY_MEDIUM,
  high: PolicySeverity.POLICY_SEVERITY_HIGH,
  critical: PolicySeverity.POLICY_SEVERITY_CRITICAL,
};

function configsOf(request: messageModule.ConfigureAnalyzerRequest): Record<string, RuleConfig> {
  return Object.fromEntries(
    [...request.getPolicyconfigMap().entries()].map(([name, config]) => {
      const enforcementLevel = LEVELS.find(
        (level) => PROTOCOL_LEVELS[level] === config.getEnforcementlevel(),
      );
      return [name, { ...(config.getProperties()?.toJavaScript() ?? {}), enforcementLevel }];
    }),
  );
}

function response(findings: readonly Finding[]): messageModule.AnalyzeResponse {
  const all = new messages.AnalyzeResponse();
  all.setDiagnosticsList(findings.map(diagnosticOf));
  return all;
}

function diagnosticOf({
  rule,
  severity,
  level,
  urn,
  message,
  remedy,
}: Finding): messageModule.AnalyzeDiagnostic {
  const diagnostic = new messages.AnalyzeDiagnostic();
  diagnostic.setPolicyname(rule);
  diagnostic.setPolicypackname(NAME);
  diagnostic.setPolicypackversion(VERSION);
  diagnostic.setDescription(DESCRIPTIONS.get(rule) ?? "");
  diagnostic.setMessage(`${message}; ${remedy}`);
  diagnostic.setEnforcementlevel(PROTOCOL_LEVELS[level]);
  diagnostic.setSeverity(PROTOCOL_SEVERITIES[severity]);
  diagnostic.setUrn(urn);
  return diagnostic;
}

const DESCRIPTIONS = new Map(POLICIES.map(({ name, description }) => [name, description]));

function describePack(): messageModule.AnalyzerInfo {
  const pack = new messages.AnalyzerInfo();
  pack.setName(NAME);
  pack.setVersion(VERSION);
  pack.setDescription(DESCRIPTION);
  pack.setSupportsconfig(true);
  pack.setPoliciesList(POLICIES.map(describePolicy));
  return pack;
}

function describePolicy(policy: Description): messageModule.PolicyInfo {
  const info = new messages.PolicyInfo();
  const { POLICY_TYPE_RESOURCE, POLICY_TYPE_STACK } = messages.PolicyType;
  info.setName(policy.name);
  info.setPolicyType(policy.subject === "stack" ? POLICY_TYPE_STACK : POLICY_TYPE_RESOURCE);
  info.setDescription(policy.description);
  info.setRemediationSteps(policy.remedy);
  info.setEnforcementlevel(PROTOCOL_LEVELS[policy.level]);
  info.setSeverity(PROTOCOL_SEVERITIES[policy.severity]);
  info.setTagsList([...policy.tags]);
  if (Object.keys(policy.settings).length > 0) {
    const schema = new messages.PolicyConfigSchema();
    schema.setProperties(Struct.fromJavaScript(policy.settings));
    info.setConfigschema(schema);
  }
  return info;
}

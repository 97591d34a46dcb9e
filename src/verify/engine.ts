/** Stands where plugins expect the engine: takes what they log. */
import { Empty, EngineService, engine, grpc } from "./grpc.ts";

export interface LogLine {
  readonly severity: "error" | "warning";
  /** The resource that it is about; empty for none. */
  readonly urn: string;
  readonly message: string;
}

export interface Engine {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  /** Warnings and errors of all plugins so far. */
  readonly lines: readonly LogLine[];
  close(): void;
}

type Log = import("@pulumi/pulumi/proto/engine_pb.js").LogRequest;
type Handler<Q, R> = import("@grpc/grpc-js").handleUnaryCall<Q, R>;

export function openEngineService(): Promise<Engine> {
  const lines: LogLine[] = [];
  const log: Handler<Log, InstanceType<typeof Empty>> = ({ request }, done) => {
    const severity = severityOf(request);
    if (severity) lines.push({ severity, urn: request.getUrn(), message: request.getMessage() });
    done(null, new Empty());
  };
  const server = new grpc.Server();
  server.addService(EngineService, {
    log,
    getRootResource: answer(() => new engine.GetRootResourceResponse()),
    setRootResource: answer(() => new engine.SetRootResourceResponse()),
    startDebugging: answer(() => new Empty()),
    requirePulumiVersion: answer(() => new engine.RequirePulumiVersionResponse()),
  });
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve({ address: `127.0.0.1:${port}`, lines, close: () => server.forceShutdown() });
    });
  });
}

const answer =
  <Q, R>(make: () => R): Handler<Q, R> =>
  (_, done) =>
    done(null, make());

function severityOf(request: Log): LogLine["severity"] | undefined {
  const { WARNING, ERROR } = engine.LogSeverity;
  if (request.getEphemeral()) return undefined;
  const severity = request.getSeverity();
  return severity === WARNING ? "warning" : severity === ERROR ? "error" : undefined;
}

/** Firestore's methods by gRPC, from Google's own definitions. */
import { mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";
import { Status } from "./status.mjs";

const PROTOS = dirname(createRequire(import.meta.url).resolve("google-proto-files/package.json"));
const FORM = { longs: String, enums: String, bytes: String, json: true, includeDirs: [PROTOS] };

/** The library wants a door of its own, so it gets one in a folder of its own, and connections are led there.
 * @returns {Promise<(socket: import("node:net").Socket) => void>} takes a connection that speaks HTTP/2
 */
export async function grpcDoor(service) {
  const loaded = grpc.loadPackageDefinition(loader.loadSync("google/firestore/v1/firestore.proto", FORM));
  const definition = loaded.google.firestore.v1.Firestore.service;
  const handlers = Object.entries(definition).map(([name, { requestStream, responseStream }]) => {
    const method = service[name[0].toLowerCase() + name.slice(1)];
    if (!method || requestStream) return [name, requestStream ? refuseStream(name) : refuseCall(name)];
    return [name, responseStream ? stream(method) : unary(method)];
  });
  const server = new grpc.Server();
  server.addService(definition, Object.fromEntries(handlers));
  const path = join(mkdtempSync(join(tmpdir(), "firestore-")), "grpc");
  await new Promise((resolve, reject) => {
    const bound = (error) => (error ? reject(error) : resolve());
    server.bindAsync(`unix:${path}`, grpc.ServerCredentials.createInsecure(), bound);
  });
  return (socket) => {
    const inner = connect(path);
    inner.on("error", () => socket.destroy());
    socket.on("close", () => inner.destroy());
    socket.pipe(inner).pipe(socket);
  };
}

const unary = (method) => (call, callback) => {
  try {
    callback(null, method(call.request));
  } catch (error) {
    callback(asGrpc(error));
  }
};

const stream = (method) => (call) => {
  try {
    for (const answer of method(call.request)) call.write(answer);
    call.end();
  } catch (error) {
    call.emit("error", asGrpc(error));
  }
};

const absent = (name) => asGrpc(new Status("UNIMPLEMENTED", `${name} is not in this emulator`));
const refuseCall = (name) => (_call, callback) => callback(absent(name));
const refuseStream = (name) => (call) => call.emit("error", absent(name));

function asGrpc(error) {
  if (error instanceof Status) return { code: error.grpc, details: error.message };
  console.error(`firestore: ${error.stack ?? error}`);
  return { code: new Status("INTERNAL", "").grpc, details: "internal error" };
}

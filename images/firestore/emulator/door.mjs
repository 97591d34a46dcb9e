/** One port for both: gRPC is HTTP/2 and says so in its first bytes; everything else is REST. */
import { createServer } from "node:net";
import { grpcDoor } from "./grpc.mjs";
import { restDoor } from "./rest.mjs";
import { makeService } from "./service.mjs";

const HTTP2 = Buffer.from("PRI");

export async function listen(store, port) {
  const service = makeService(store);
  const [grpc, rest] = [await grpcDoor(service), restDoor(service)];
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.once("data", (first) => {
      socket.pause();
      const next = first.subarray(0, HTTP2.length).equals(HTTP2) ? grpc : rest;
      socket.unshift(first);
      next(socket);
      socket.resume();
    });
  });
  await new Promise((resolve) => server.listen(port, resolve));
  return {
    port: server.address().port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

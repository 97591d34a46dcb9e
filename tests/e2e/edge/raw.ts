/** What an ordinary client library would not send, and connections that stay open. */
import { randomBytes } from "node:crypto";
import { request } from "node:https";
import { connect } from "node:tls";
import type { Door } from "./client.ts";

/** Sends these bytes and gives everything that comes back until the other side closes or 12 s pass. */
export function rawTls(door: Door, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let received = "";
    const socket = connect({ host: "127.0.0.1", port: door.https, servername: door.domain, ca: door.ca });
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(received);
    };
    const timer = setTimeout(end, 12_000);
    socket.on("secureConnect", () => socket.write(bytes));
    socket.on("data", (data) => {
      received += data.toString();
    });
    socket.on("close", end);
    socket.on("error", end);
  });
}

/** Milliseconds between the sending and the arrival of each event. */
export function streamEvents(door: Door, path: string): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const delays: number[] = [];
    request(
      {
        ...{ host: "127.0.0.1", port: door.https, servername: door.domain, ca: door.ca, path, agent: false },
        headers: { host: door.domain, accept: "text/event-stream", "accept-encoding": "gzip" },
      },
      (incoming) => {
        incoming.on("data", (data: Buffer) => {
          for (const [, event = "{}"] of data.toString().matchAll(/data: (.*)\n\n/g)) {
            delays.push(Date.now() - (JSON.parse(event) as { sent: number }).sent);
          }
        });
        incoming.on("end", () => resolve(delays));
        incoming.on("error", reject);
      },
    )
      .on("error", reject)
      .end();
  });
}

/** Upgrades, sends the text and gives what comes back. The service behind echoes frames byte for byte. */
export function webSocketEcho(door: Door, path: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({
      ...{ host: "127.0.0.1", port: door.https, servername: door.domain, ca: door.ca, path, agent: false },
      headers: {
        host: door.domain,
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": randomBytes(16).toString("base64"),
      },
    })
      .on("upgrade", (_response, socket) => {
        socket.on("data", (data: Buffer) => {
          resolve(data.toString());
          socket.destroy();
        });
        socket.write(text);
      })
      .on("response", (response) => reject(new Error(`answered ${response.statusCode}`)))
      .on("error", reject)
      .end();
  });
}

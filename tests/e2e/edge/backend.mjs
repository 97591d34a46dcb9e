// The service behind the edge in these tests: says who it is, echoes what it got, streams, and leaves politely.
import { createHash } from "node:crypto";
import { createServer } from "node:http";

const name = process.env.NAME ?? "backend";
const port = Number(process.env.PORT ?? 8080);
const readyAfter = Date.now() + Number(process.env.READY_AFTER_MS ?? 0);
// Between the signal and closing the door it is not ready and goes on answering.
const drain = Number(process.env.DRAIN_MS ?? 0);
let draining = false;

const answers = {
  "/health/ready": (_req, res) => {
    const ready = !draining && Date.now() >= readyAfter;
    res.writeHead(ready ? 200 : 503).end();
  },
  "/stream": (_req, res) => {
    res.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    let n = 0;
    const timer = setInterval(() => {
      res.write(`data: ${JSON.stringify({ n: n++, sent: Date.now() })}\n\n`);
      if (n === 10) {
        clearInterval(timer);
        res.end();
      }
    }, 200);
  },
  "/slow": (_req, res) => setTimeout(() => res.end(name), 1500),
  "/revealing": (_req, res) =>
    res
      .writeHead(200, { server: "Secret/1.0", "x-powered-by": "Secret", "x-frame-options": "ALLOWALL" })
      .end("x"),
  "/private": (_req, res) => res.writeHead(200, { "cache-control": "no-store" }).end("x"),
  "/big": (_req, res) =>
    res.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify("x".repeat(20_000))),
  // Writes down what it did, so that a request that was executed twice shows, wherever.
  "/work": (req, res) => {
    console.log(`did ${req.headers["x-work-id"]}`);
    res.end(JSON.stringify({ name }));
  },
};

const server = createServer((req, res) => {
  const path = req.url.split("?")[0].replace(/^\/(api|app|static|once)(?=\/)/, "");
  const answer = answers[path];
  if (answer) return answer(req, res);
  const chunks = [];
  req.on("data", (chunk) => chunks.push(chunk));
  req.on("end", () => {
    const body = Buffer.concat(chunks);
    res.writeHead(200, { "content-type": "application/json" });
    res.end(
      JSON.stringify({ name, method: req.method, url: req.url, headers: req.headers, bytes: body.length }),
    );
  });
});

server.on("upgrade", (req, socket) => {
  const accept = createHash("sha1")
    .update(`${req.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest("base64");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  socket.on("data", (data) => socket.write(data));
});

server.keepAliveTimeout = 5000;
server.listen(port);
process.on("SIGTERM", () => {
  draining = true;
  setTimeout(() => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  }, drain);
});

/** Every configuration that can be rendered is one that HAProxy itself takes. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { renderDoor } from "../../components/docker/edge/door.ts";
import { renderPorts } from "../../components/docker/edge/ports.ts";
import { type EdgeInput, renderEdge } from "../../components/docker/edge/render.ts";
import { app, backend, edge, limits, ROUTES, route, toService } from "../components/docker/edge/fixture.ts";
import { docker, Sandbox } from "./edge/docker.ts";
import { buildImages, EDGE_IMAGE, PASSWORD } from "./edge/stack.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  await buildImages();
  sandbox = await Sandbox.open("config");
});
afterAll(() => sandbox?.close());

/** The entry script with its last step left out. */
const CHECK = "sed 's/^exec haproxy.*/echo valid/' /usr/local/bin/start > /tmp/check && exec sh /tmp/check";

async function check(
  files: Readonly<Record<string, string>>,
  secrets: Record<string, string> = {},
): Promise<string> {
  const name = await sandbox.create({
    image: EDGE_IMAGE,
    networks: [],
    alias: "check",
    files,
    secrets: { "operators-password": PASSWORD, ...secrets },
    mounts: { [`${sandbox.prefix}-authority`]: "/var/lib/atelier/authority" },
    entrypoint: "sh",
    command: ["-c", CHECK],
  });
  return docker("start", "-a", name).catch((error: { stderr?: string }) => error.stderr ?? String(error));
}

const odd = { "X-Odd": `it's "100%" \\ #not a comment $HOME` };
const VARIANTS: Record<string, Partial<EdgeInput>> = {
  everything: {},
  "nothing but a route": {
    routes: ROUTES.slice(0, 1),
    app: app({ edge: edge({ waf: "off", compression: false }) }),
  },
  "no routes": { routes: [] },
  detect: { app: app({ edge: edge({ waf: "detect" }) }) },
  "any origin": {
    app: app({
      edge: edge({
        cors: { origins: ["*"], methods: ["GET"], headers: [], credentials: false, maxAge: 0 as never },
      }),
    }),
  },
  "odd headers": { app: app({ edge: edge({ headers: odd }) }) },
  "known networks": { networks: { door: "10.83.0.0/27", monitoring: "10.83.0.32/27" }, httpsPort: 8443 },
  "users by cookie": { app: app({ edge: edge({ user: { from: "cookie", name: "session" } }) }) },
  "odd paths": {
    routes: ["/a b", "/a'b", "/ü", "/a.b+c", "/x(1)"].map((path) => ({
      path,
      route: route(toService("api"), { strip: true, rateLimit: limits(10, 5, { [`${path}/deep`]: 1 }) }),
      backend: backend("api"),
    })),
  },
  "checks by connection only": {
    routes: [
      { path: "/", route: route(toService("api")), backend: { alias: "api", port: 80, kind: "service" } },
    ],
  },
};

test.each(Object.entries(VARIANTS))("%s", async (_name, variant) => {
  const { files } = renderEdge({ app: app(), routes: ROUTES, ...variant });
  expect(await check(files)).toBe("valid");
});

test("the door and the port forwarder", async () => {
  expect(await check(renderDoor().files)).toBe("valid");
  expect(await check({ "haproxy.cfg": renderPorts([{ alias: "api", port: 1, listen: 8080 }]) })).toBe(
    "valid",
  );
});

test("a given certificate", async () => {
  const made = await docker(
    "run",
    "--rm",
    "--entrypoint",
    "sh",
    EDGE_IMAGE,
    "-c",
    "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout /tmp/k -out /tmp/c 2>/dev/null; cat /tmp/c /tmp/k",
  );
  const at = made.indexOf("-----BEGIN PRIVATE KEY");
  const certificate = { chain: "CHAIN", key: "KEY" };
  const { files } = renderEdge({ app: app({ edge: edge({ certificate }) }), routes: ROUTES });
  const secrets = { "tls-chain": made.slice(0, at), "tls-key": made.slice(at) };
  expect(await check(files, secrets)).toBe("valid");
  expect(await check(files, { ...secrets, "tls-key": "nonsense" })).toContain("No Private Key found");
});

test("a certificate is kept until a name changes", async () => {
  const script = (names: string) =>
    `certificate /var/lib/atelier/authority /tmp/c.pem ${names} && openssl x509 -in /tmp/c.pem -noout -serial -ext subjectAltName && openssl verify -CAfile /var/lib/atelier/authority/ca.pem /tmp/c.pem`;
  const issue = (names: string) =>
    docker(
      "run",
      "--rm",
      "-v",
      `${sandbox.prefix}-issue:/var/lib/atelier/authority`,
      "--entrypoint",
      "sh",
      EDGE_IMAGE,
      "-c",
      script(names),
    );
  const first = await issue("a.example localhost 127.0.0.1 [::1]");
  expect(first).toContain("DNS:a.example, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1");
  expect(first).toContain(": OK");
  expect(await issue("a.example localhost 127.0.0.1 [::1]")).toBe(first);
  const second = await issue("a.example b.example");
  expect(second).toContain("DNS:b.example");
  expect(second).toContain(": OK");
});

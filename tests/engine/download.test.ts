import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { fetchText } from "../../engine/download.ts";
import { listen, serve } from "./helpers.ts";

it("gives up on a host that takes the connection and says nothing", async () => {
  const server = createServer(() => undefined);
  await listen(server);
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(fetchText(`http://${host}/`, { connectTimeout: 100 })).rejects.toThrow(
    `${host} did not answer within 0.1 s`,
  );
});

it("says what a host answered", async () => {
  const host = await serve({});
  await expect(fetchText(`${host}/missing`)).rejects.toThrow(`${new URL(host).host} answered 404`);
});

it("says that a name has no address", async () => {
  await expect(fetchText("https://nowhere.invalid/")).rejects.toThrow("nowhere.invalid has no address here");
});

it("follows redirects", async () => {
  const target = await serve({ "/there": "arrived" });
  const server = createServer((_, response) =>
    response.writeHead(302, { location: `${target}/there` }).end(),
  );
  await listen(server);
  expect(await fetchText(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)).toBe("arrived");
});

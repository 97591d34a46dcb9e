/** What the socket proxy lets through, judged by its own table; tests/e2e/images.test.ts asks the real one. */
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { allowedRequests, renderSocketProxy } from "../../components/docker/socket-proxy.ts";
import { FORBIDDEN, LIST } from "./socket-requests.ts";

const STACK = "shop-dev";

function isAllowed(method: string, target: string): boolean {
  const [path = "", ...rest] = target.split("?");
  const query = target.includes("?") ? rest.join("?") : undefined;
  return allowedRequests(STACK).some(
    (allowed) =>
      allowed.method === method &&
      new RegExp(`^${allowed.path}$`).test(path) &&
      (allowed.query === undefined
        ? query === undefined
        : new RegExp(`^${allowed.query}$`).test(query ?? "")),
  );
}

describe("the allow-list", () => {
  it.each([
    ["GET", "/_ping"],
    ["GET", LIST(STACK)],
    ["GET", "/containers/shop-dev-api-1-3fa9c1/json"],
    ["GET", "/containers/shop-dev-api-1-3fa9c1/stats?stream=0&one-shot=1"],
    [
      "GET",
      "/containers/shop-dev-api-1-3fa9c1/logs?follow=1&stdout=1&stderr=1&timestamps=1&since=1.000000001",
    ],
    ["POST", "/containers/shop-dev-api-1-3fa9c1/start"],
    ["POST", "/containers/shop-dev-db/restart?t=3"],
    ["POST", "/containers/shop-dev-db/kill?signal=KILL"],
  ])("lets %s %s through", (method, target) => {
    expect(isAllowed(method, target)).toBe(true);
  });

  it.each(FORBIDDEN(STACK, "shop-dev-api"))("refuses %s %s", (method, target) => {
    expect(isAllowed(method, target)).toBe(false);
  });

  it("takes a dot in a name as a dot", () => {
    expect(
      allowedRequests("a.b").some(({ path }) => new RegExp(`^${path}$`).test("/containers/axb-c/start")),
    ).toBe(false);
  });
});

describe("the keeper", () => {
  it("asks in the very words that the proxy knows", () => {
    const code = `import sys; sys.path.insert(0, ${JSON.stringify(resolve(import.meta.dirname, "../../images/keeper"))})
from keeper.docker import Docker
d = Docker("http://x:1", ${JSON.stringify(STACK)})
print(d._list); print(d._events); print(d._events + "&since=12.000000003")`;
    const asked = execFileSync("python3", ["-B", "-c", code], { encoding: "utf8" }).trim().split("\n");
    expect(asked.map((target) => [target, isAllowed("GET", target)])).toEqual(
      asked.map((target) => [target, true]),
    );
  });
});

it("refuses bodies and upgrades before it allows anything", () => {
  const lines = renderSocketProxy(STACK)
    .split("\n")
    .map((line) => line.trim());
  const first = lines.findIndex((line) => line.startsWith("http-request allow"));
  const body = lines.findIndex((line) => line.includes("content-length"));
  const upgrade = lines.findIndex((line) => line.includes("upgrade"));
  expect(body).toBeGreaterThan(0);
  expect(Math.max(body, upgrade)).toBeLessThan(first);
});

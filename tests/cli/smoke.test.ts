import { expect, it } from "vitest";
import { probesOf, smokeTest } from "../../src/cli/smoke.ts";
import { describeFailures } from "../../src/cli/start.ts";
import { formatOutputs } from "../../src/cli/summary.ts";
import type { Route } from "../../src/config/model.ts";

function route(to: Route["to"]): Route {
  return { to, strip: false, rateLimit: { paths: {} }, bodyLimit: 1 as Route["bodyLimit"] };
}

it("expects answers of services, logins of operators' tools, redirects of redirects", () => {
  const probes = probesOf({
    routes: {
      "/app": route({ type: "service", service: "frontend" }),
      "/grafana": route({ type: "operators", tool: "grafana" }),
      "/old": route({ type: "redirect", location: "/app", permanent: true }),
    },
  });
  const accepted = probes.map(({ path, accepts }) => [path, [200, 301, 302, 401, 403, 503].filter(accepts)]);
  expect(accepted).toEqual([
    ["/app", [200, 301, 302, 401]],
    ["/grafana", [302, 401]],
    ["/old", [301, 302]],
  ]);
});

it("says why a route did not answer", async () => {
  const probes = probesOf({ routes: { "/app": route({ type: "service", service: "frontend" }) } });
  expect(await smokeTest("https://shop.localhost:1", probes, 0)).toEqual([
    {
      path: "/app",
      expected: "an answer, not a refusal",
      got: "connect ECONNREFUSED 127.0.0.1:1",
      ok: false,
    },
  ]);
});

it("shows addresses, logins and notes, and what to try next", () => {
  const outputs = {
    url: "https://localhost",
    notes: ["Grafana is left out: no image registry answers"],
    ports: { api: 8080, frontend: 3000 },
    images: "debian",
    nothing: {},
    logins: { operators: "npx atelier pulumi -- stack output operatorPassword --show-secrets" },
  };
  expect(formatOutputs(outputs).split("\n").slice(0, 14)).toEqual([
    "The app is up: https://localhost",
    "",
    "Ports",
    "  api       http://127.0.0.1:8080",
    "  frontend  http://127.0.0.1:3000",
    "",
    "Images",
    "  debian",
    "",
    "Logins",
    "  operators  npx atelier pulumi -- stack output operatorPassword --show-secrets",
    "",
    "Good to know",
    "  Grafana is left out: no image registry answers",
  ]);
});

it("shows each failing resource's own error", () => {
  const failures = [{ resource: "shop-dev-api", message: "unhealthy\nlast log line" }];
  const outcome = { succeeded: false, changes: {}, failures, recovered: [], log: "/p/.atelier/logs/up.log" };
  expect(describeFailures("pulumi up", outcome)).toBe(
    "pulumi up failed:\n  shop-dev-api: unhealthy\n    last log line\n" +
      "  Everything that it said: /p/.atelier/logs/up.log",
  );
});

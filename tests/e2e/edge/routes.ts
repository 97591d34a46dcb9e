/** The app that stands behind the edge in these tests. */

import type { BoundRoute } from "../../../components/contracts/edge.ts";
import type { DockerBackend } from "../../../components/docker/edge/backend.ts";
import { bytes, days, hours, milliseconds, minutes } from "../../../src/config/units.ts";
import { backend, limits, route, toService } from "../../components/docker/edge/fixture.ts";

const fast = { path: "/health/ready", every: milliseconds(500), timeout: milliseconds(500), failAfter: 2 };
const api = backend("api", 8080, { health: fast });

export const ROUTES: readonly BoundRoute<DockerBackend>[] = [
  { path: "/app", route: route(toService("frontend")), backend: api },
  {
    path: "/api",
    route: route(toService("api"), {
      bodyLimit: bytes(200_000),
      rateLimit: limits(400, 60, { "/api/recommend": 30 }),
    }),
    backend: api,
  },
  { path: "/once", route: route(toService("api")), backend: api },
  { path: "/v1", route: route(toService("api"), { strip: true }), backend: api },
  {
    path: "/static",
    route: route(toService("frontend"), {
      cache: { maxAge: days(1), sharedMaxAge: hours(1), staleWhileRevalidate: minutes(5) },
    }),
    backend: api,
  },
  { path: "/old", route: route({ type: "redirect", location: "/app?from=old", permanent: true }) },
  { path: "/media", route: route({ type: "bucket", bucket: "media" }), backend: { ...api, kind: "bucket" } },
  { path: "/files", route: route({ type: "bucket", bucket: "media" }), backend: { ...api, kind: "bucket" } },
  {
    path: "/grafana",
    route: route({ type: "operators", tool: "grafana" }),
    backend: { ...api, kind: "operators" },
  },
  { path: "/prometheus", route: route({ type: "operators", tool: "prometheus" }) },
  {
    path: "/metrics",
    route: route({ type: "operators", tool: { metricsOf: "monitor" } }),
    backend: { ...api, kind: "operators" },
  },
];

/** What is said about one wrong value at a time, word for word: routes. */
import { expect, it } from "vitest";
import { messageOf, type Row } from "./message-of.ts";

const rows: readonly Row[] = [
  [
    "routes./api.rateLimit.perMinute",
    "10/h",
    "routes./api.rateLimit.perMinute: 10/h is not a rate; allowed: a number per minute such as 1000 or 1000/min, or per second such as 20/s; write 60/min for instance",
  ],
  [
    "routes./api.rateLimit.perUser",
    0,
    "routes./api.rateLimit.perUser: 0 is no rate: it is zero; allowed: a number per minute such as 1000 or 1000/min, or per second such as 20/s; write more than zero",
  ],
  ["routes./api/", "api", "routes./api/: is the same path as /api; keep one of the two"],
  [
    "routes./w",
    "worker",
    "routes./w.service: worker is a worker service, which takes no requests; allowed: shop, api, model; route to a service of kind web, model or static",
  ],
  [
    "routes./x",
    "shopp",
    "routes./x.service: there is no service shopp; allowed: shop, api, model; did you mean shop?",
  ],
  [
    "routes./x",
    { bucket: "db" },
    "routes./x.bucket: db is data of kind postgres, not a bucket; allowed: files; only buckets can be served directly; route to a service",
  ],
  [
    "routes./x",
    { operators: "grafanna" },
    "routes./x.operators: there is no tool or service with metrics grafanna; allowed: grafana, prometheus, alertmanager, api; did you mean grafana?",
  ],
  [
    "routes./x",
    { operators: "model" },
    "routes./x.operators: model has no metrics to show; allowed: grafana, prometheus, alertmanager, api; add services.model.metrics or name another",
  ],
  [
    "routes./x",
    { redirect: "/x/y" },
    "routes./x.redirect: /x/y leads back to this route; redirect to a path that another route takes",
  ],
  [
    "routes./x",
    { redirect: "x" },
    "routes./x.redirect: x is not a path or URL; allowed: /path, http://… or https://…; write /app for instance",
  ],
  [
    "routes./x",
    {},
    "routes./x: leads nowhere; allowed: one of service, operators, bucket, redirect; add service: api for instance",
  ],
  [
    "routes./x",
    { service: "api", redirect: "/" },
    "routes./x: leads to service and redirect at once; allowed: one of service, operators, bucket, redirect; keep one of them",
  ],
  [
    "routes.api",
    "api",
    "routes.api: api is not a path; allowed: a path from the root, without spaces, query or ..; write /api",
  ],
  [
    "routes./api.rateLimit.paths./other",
    5,
    "routes./api.rateLimit.paths./other: /other is not below /api; allowed: paths such as /api/…; move it to its own route",
  ],
  [
    "routes./api.cache",
    "1h",
    "routes./api.cache: api streams, and a cache would hold its answers back; remove cache, or serve what can be cached from another service",
  ],
  ["routes./api.bodyLimit", "6Gi", "routes./api.bodyLimit: 6Gi is too large; allowed: 1Ki–5Gi; write 5Gi"],
  [
    "routes./",
    null,
    "app.yaml:5:9: services.shop: shop is a static service that no route and no uses reaches; add a route such as /shop: shop, put it into another service's uses, or remove it",
  ],
];

it.each(rows)("%s: %j", (key, value, message) => {
  expect(messageOf(key, value)).toBe(message);
});

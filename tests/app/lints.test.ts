import { expect, it } from "vitest";
import { lint } from "../../src/app/lints.ts";
import { formatProblem, loadAppText } from "../../src/config/index.ts";

function warningsOf(text: string): string[] {
  const { app, place } = loadAppText(text, { file: "app.yaml", environment: "prod" });
  return lint(app).map((warning) => formatProblem(place(warning)));
}

it("says nothing about an app that is as it should be", () => {
  expect(
    warningsOf(`name: closet
services:
  api: { kind: web, build: ./api, port: 8080, health: /health, uses: { db: write, users: read }, metrics: { port: 9100 } }
data:
  db: { kind: postgres }
  users: { kind: auth, signIn: apple, clients: { apple: { id: com.acme, secret: APPLE } } }
secrets: { APPLE: required }
routes: { /: api }
edge: { domain: closet.example }
`),
  ).toEqual([]);
});

it("warns of what is probably not meant, with its place", () => {
  expect(
    warningsOf(`name: closet
services:
  api:
    kind: web
    build: ./api
    port: 8080
    scale: { min: 2, max: 20 }
    uses: { db: write }
    metrics: { path: /api/metrics }
data:
  db: { kind: postgres, pool: 10 }
  cache: { kind: redis }
secrets: { OLD_KEY: required }
routes: { /api: api }
edge: { domain: closet.example }
`),
  ).toEqual([
    "app.yaml:13:21: secrets.OLD_KEY: is declared and never used; put it into a service's secrets or remove it",
    "app.yaml:12:10: data.cache: is used by no service; put it into a service's uses or remove it",
    "app.yaml:4:5: services.api: has no health, so a hung instance is never noticed; add health: /health for instance",
    "app.yaml:7:12: services.api.scale: nothing says when instances are added; add on: { cpu: 70% } for instance",
    "app.yaml:9:14: services.api.metrics: can be read by everybody through the route /api; give metrics a port of their own, for instance metrics.port: 9100",
    "app.yaml:11:31: data.db.pool: 20 instances with 10 connections each are more than 100 in all; set pool.max: 5 or pool.total: 200",
  ]);
});

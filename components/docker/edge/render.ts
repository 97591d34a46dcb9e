/** The configuration of the edge, rendered from the App alone.
 *
 * The order in `publicFrontend` is the order in which a request is looked at: cheap checks first, the WAF last.
 */
import { createHash } from "node:crypto";
import type { App } from "../../../src/config/model.ts";
import { type Duration, milliseconds, seconds } from "../../../src/config/units.ts";
import type { BoundRoute } from "../../contracts/edge.ts";
import type { DockerBackend } from "./backend.ts";
import { cacheRequests, cacheResponses, cacheSection, filters } from "./caching.ts";
import { corsRequest, corsResponse } from "./cors.ts";
import { forwarding, guardSettings, hostNames, knownHost, soundRequest } from "./guards.ts";
import { responseHeaders } from "./headers.ts";
import { internalSection, type Networks } from "./internal.ts";
import { AUTHORITY, PORTS } from "./layout.ts";
import { bodyLimits, countRequests, rateLimits, rateTables, wholeBody } from "./limits.ts";
import { logFormat, remember, requestId } from "./logging.ts";
import { hasOperators, loginTable, operatorLogin } from "./operators.ts";
import { GRACE, globalSection, resolversSection } from "./process.ts";
import { readinessFile, readinessSettings } from "./readiness.ts";
import { errorPages, figuresFile, ownErrors, REFUSAL_ACLS } from "./refusals.ts";
import { chooseRoute, dispatch, nameRoutes, type Routed, redirects, rewrites } from "./routes.ts";
import { longestSilence, serviceSections } from "./services.ts";
import { section, time, word } from "./text.ts";
import { httpBind, httpsBind, tlsDefaults } from "./tls.ts";
import { inspect, spoeFile, wafBuffer, wafFilter, wafSection } from "./waf.ts";

export interface EdgeInput {
  readonly app: App;
  readonly routes: readonly BoundRoute<DockerBackend>[];
  /** Port on the host that leads to HTTPS; 443 when absent. Redirects name it. */
  readonly httpsPort?: number;
  /** Who may connect to the edge. Everyone on its networks when absent. */
  readonly networks?: Networks;
}

export interface RenderedEdge {
  /** Name below /run/config → text. */
  readonly files: Readonly<Record<string, string>>;
  /** Name below /run/secrets → what has to be there. */
  readonly secretsNeeded: Readonly<Record<string, NeededSecret>>;
  readonly ports: { readonly http: number; readonly https: number; readonly metrics: number };
  /** 200 once the edge can answer. It waits up to 10 s for services that do not answer yet. */
  readonly health: { readonly port: number; readonly path: string };
  readonly metrics: { readonly port: number; readonly path: string };
  readonly stopSignal: "SIGUSR1";
  /** Time from the stop signal to the end of the last request in flight. */
  readonly stopGrace: Duration;
  /** Persistent folder for the self-signed authority; absent where a certificate is given. */
  readonly authority?: string;
  /** Changes when a new generation of the edge is needed. */
  readonly generation: string;
}

export type NeededSecret =
  | { readonly type: "app"; readonly name: string }
  | { readonly type: "password"; readonly purpose: string };

/** Requests in flight have this long to end when the edge is replaced. */
const DRAIN = seconds(30);

export function renderEdge(input: EdgeInput): RenderedEdge {
  const { app } = input;
  const routes = nameRoutes(input.routes);
  const secretsNeeded = neededSecrets(app, routes);
  const files = {
    "haproxy.cfg": haproxyFile(input, routes),
    ...(app.edge.waf === "off" ? {} : { "spoe.cfg": spoeFile() }),
    "edge.env": settings(app, routes),
    figures: figuresFile(),
    ...readinessFile(),
    ...errorPages(),
  };
  return {
    files,
    secretsNeeded,
    ports: { http: PORTS.http, https: PORTS.https, metrics: PORTS.internal },
    health: { port: PORTS.internal, path: "/health" },
    metrics: { port: PORTS.internal, path: "/metrics" },
    stopSignal: "SIGUSR1",
    stopGrace: milliseconds(GRACE + DRAIN + seconds(2)),
    ...(app.edge.certificate ? {} : { authority: AUTHORITY }),
    generation: createHash("sha256")
      .update(JSON.stringify([files, secretsNeeded]))
      .digest("hex")
      .slice(0, 12),
  };
}

function neededSecrets({ edge }: App, routes: readonly Routed[]): Record<string, NeededSecret> {
  return {
    ...(edge.certificate && {
      "tls-chain": { type: "app", name: edge.certificate.chain },
      "tls-key": { type: "app", name: edge.certificate.key },
    }),
    ...(hasOperators(routes) && { "operators-password": { type: "password", purpose: "edge/operators" } }),
  };
}

/** What the entry script needs to know. */
function settings(app: App, routes: readonly Routed[]): string {
  return [
    `CERTIFICATE=${app.edge.certificate ? "given" : "self-signed"}`,
    `NAMES="${hostNames({ ...app, development: true }).join(" ")}"`,
    `OPERATORS=${hasOperators(routes) ? "yes" : "no"}`,
    "",
  ].join("\n");
}

function haproxyFile({ app, httpsPort = 443, networks = {} }: EdgeInput, routes: readonly Routed[]): string {
  const extra = [
    ...readinessSettings(),
    ...tlsDefaults(),
    ...guardSettings(),
    ...(app.edge.waf === "off" ? [] : wafBuffer()),
    "set-var proc.started date(0,ms)",
  ];
  const backends = [...new Set(routes.flatMap(({ section: name }) => (name ? [name] : [])))];
  return [
    globalSection({ maxConnections: 4000, drain: DRAIN, extra }),
    resolversSection(),
    defaults(app),
    ...cacheSection(routes),
    redirectFrontend(app, httpsPort, networks),
    publicFrontend(app, routes, networks),
    internalSection([...backends, ...(app.edge.waf === "off" ? [] : ["waf_agent"])], networks),
    ...serviceSections(routes, app),
    ...wafSection(app.edge.waf),
    ...routes.flatMap(rateTables),
    ...loginTable(routes),
  ].join("\n");
}

function defaults(app: App): string {
  return section("defaults", [
    "mode http",
    "log global",
    "option http-restrict-req-hdr-names delete",
    "option idle-close-on-response",
    // Each event of a stream leaves at once instead of waiting for more to fill a packet.
    "option http-no-delay",
    "timeout connect 1s",
    "timeout queue 5s",
    "timeout check 2s",
    // A head that trickles in is cut here, a body in wholeBody().
    "timeout http-request 10s",
    "timeout http-keep-alive 15s",
    `timeout client ${time(longestSilence(app))}`,
    "timeout server 60s",
  ]);
}

/** Plain HTTP leads to HTTPS and nowhere else. */
function redirectFrontend(app: App, httpsPort: number, networks: Networks): string {
  const port = httpsPort === 443 ? "" : `:${httpsPort}`;
  const target = `https://%[req.hdr(host),host_only]${port}%[url]`;
  return section("frontend http", [
    httpBind(),
    ...onlyDoor(networks),
    logFormat(),
    ...REFUSAL_ACLS,
    ...requestId(),
    ...remember(),
    ...ownErrors(),
    ...knownHost(app),
    `http-request redirect location ${target} code 301 if { method GET HEAD }`,
    `http-request redirect location ${target} code 308`,
  ]);
}

function publicFrontend(app: App, routes: readonly Routed[], networks: Networks): string {
  const { edge } = app;
  return section("frontend https", [
    httpsBind(),
    ...onlyDoor(networks),
    logFormat(),
    ...wafFilter(edge.waf),
    ...filters(routes, edge.compression),
    ...REFUSAL_ACLS,
    ...ownErrors(),
    ...requestId(),
    ...remember(),
    ...responseHeaders(app),
    ...soundRequest(),
    ...knownHost(app),
    ...forwarding(),
    ...corsRequest(edge.cors),
    ...corsResponse(edge.cors),
    ...chooseRoute(routes),
    ...operatorLogin(routes),
    ...routes.flatMap((route) => rateLimits(route, edge.user)),
    ...countRequests(),
    ...redirects(routes),
    ...routes.flatMap(bodyLimits),
    ...wholeBody(),
    ...inspect(edge.waf),
    ...cacheRequests(routes),
    ...cacheResponses(routes),
    ...routes.flatMap((route) => rewrites(route, app)),
    ...dispatch(routes),
  ]);
}

/** With the PROXY protocol anyone could name any client address, so only the door may connect. */
const onlyDoor = ({ door }: Networks): string[] =>
  door ? [`tcp-request connection reject if !{ src ${word(door)} }`] : [];

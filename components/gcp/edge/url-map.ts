/** Which request goes where: the URL map of HTTPS, and the one that sends HTTP there. */
import { URLMap } from "@pulumi/gcp/compute/urlmap.js";
import type { input as inputs } from "@pulumi/gcp/types/index.js";
import type { Input, Resource } from "@pulumi/pulumi";
import type { App } from "../../../src/config/model.ts";
import { inSeconds } from "../../../src/config/units.ts";
import { longestAnswer, type Version } from "./backends.ts";
import { commonHeaders, framingHeaders, prefixHeaders } from "./headers.ts";
import { type PlannedRoute, replaceable } from "./plan.ts";
import { type Destination, destinationOf } from "./redirects.ts";

type Rule = inputs.compute.URLMapPathMatcherRouteRule;
type Action = inputs.compute.URLMapPathMatcherRouteRuleRouteAction;

/** What a planned backend became. */
export type Made =
  | { readonly type: "services"; readonly versions: readonly Version[] }
  | { readonly type: "bucket"; readonly id: Input<string> };

export interface UrlMapContext {
  readonly parent: Resource;
  readonly app: App;
  readonly routes: readonly PlannedRoute[];
  /** By the key of the plan. */
  readonly made: ReadonlyMap<string, Made>;
  /** The backend service without any group. */
  readonly nowhere: Input<string>;
}

const MATCHER = "routes";
const NOT_FOUND = 404;
/** Misdirected request: what other targets answer to an unknown host as well. */
const WRONG_HOST = 421;
/** Google's limit per URL map. */
const MOST_TESTS = 100;

export function createUrlMap(context: UrlMapContext): URLMap {
  const { parent, app, routes, nowhere } = context;
  const { domain, aliases } = app.edge;
  return new URLMap(
    replaceable(app, "routes"),
    {
      description: `Routes of ${app.name} in ${app.environment}`,
      defaultService: nowhere,
      defaultRouteAction: answer(WRONG_HOST),
      headerAction: commonHeaders(app),
      hostRules: [{ hosts: [...new Set([domain, ...aliases])], pathMatcher: MATCHER }],
      pathMatchers: [
        {
          name: MATCHER,
          defaultService: nowhere,
          defaultRouteAction: answer(NOT_FOUND),
          routeRules: routes.map((route, index) => routeRule(context, route, index + 1)),
        },
      ],
      tests: testsOf(context),
    },
    { parent },
  );
}

/** The load balancer's own answer, given before any backend is asked. */
const answer = (httpStatus: number) => ({
  faultInjectionPolicy: { abort: { httpStatus, percentage: 100 } },
});

function routeRule(context: UrlMapContext, planned: PlannedRoute, priority: number): Rule {
  const { path, route, to } = planned;
  const matched = { priority, matchRules: matching(path) };
  if (route.to.type === "redirect") {
    return { ...matched, urlRedirect: redirect(destinationOf(route.to.location), route.to.permanent) };
  }
  const made = to && context.made.get(to.key);
  if (!to || !made) return { ...matched, service: context.nowhere, routeAction: answer(NOT_FOUND) };
  const headers = {
    responseHeadersToAdds: framingHeaders(context.app, to.login),
    ...prefixHeaders(stripped(planned) ? path : undefined),
  };
  return {
    ...matched,
    headerAction: headers,
    ...(made.type === "bucket"
      ? toBucket(planned, made.id)
      : toVersions(context.app, planned, made.versions)),
  };
}

/** A bare prefix would take `/apix` for `/api`, so whole segments are named. */
function matching(path: string): { prefixMatch?: string; fullPathMatch?: string }[] {
  return path === "/" ? [{ prefixMatch: "/" }] : [{ fullPathMatch: path }, { prefixMatch: `${path}/` }];
}

function toBucket(planned: PlannedRoute, id: Input<string>): Partial<Rule> {
  const { path, route, to } = planned;
  const fallback = to?.backend.type === "bucket" ? to.backend.fallback : undefined;
  // A bucket's own files are named from its root, whatever path leads to them.
  const rooted = path !== "/" && (route.to.type === "bucket" || route.strip);
  return {
    service: id,
    ...(rooted && { routeAction: { urlRewrite: { pathPrefixRewrite: "/" } } }),
    ...(fallback && {
      customErrorResponsePolicy: {
        errorService: id,
        errorResponseRules: [{ matchResponseCodes: ["404"], path: fallback, overrideResponseCode: 200 }],
      },
    }),
  };
}

function toVersions(app: App, planned: PlannedRoute, versions: readonly Version[]): Partial<Rule> {
  const { to } = planned;
  const spec = to?.backend.type === "groups" ? to.backend.spec : undefined;
  const rewrite = rewriteOf(app, planned);
  const action: Action = {
    timeout: { seconds: String(longestAnswer(spec)) },
    retryPolicy: RETRY,
    ...(rewrite !== undefined && { urlRewrite: { pathPrefixRewrite: rewrite } }),
    ...(to?.login ? {} : corsPolicy(app.edge.cors)),
  };
  const [only, ...more] = versions;
  if (only && more.length === 0) return { service: only.id, routeAction: action };
  const weighted = versions.map(({ id, weight }) => ({ backendService: id, weight }));
  return { routeAction: { ...action, weightedBackendServices: weighted } };
}

/** Only what never reached the service is tried again, so that no order is placed twice. */
const RETRY = { numRetries: 2, retryConditions: ["connect-failure", "refused-stream"] };

const stripped = ({ path, route }: PlannedRoute) =>
  route.strip && path !== "/" && route.to.type === "service";

function rewriteOf(app: App, planned: PlannedRoute): string | undefined {
  const { to } = planned.route;
  if (to.type === "operators" && typeof to.tool === "object") {
    return app.services[to.tool.metricsOf]?.metrics?.path ?? "/metrics";
  }
  const removed = planned.route.strip && planned.path !== "/";
  return removed ? "/" : undefined;
}

/** With credentials, `*` would answer every site with its own name; it then means nobody, as browsers demand. */
function corsPolicy(cors: App["edge"]["cors"]): Pick<Action, "corsPolicy"> {
  const origins = cors?.origins.filter((origin) => !(cors.credentials && origin === "*")) ?? [];
  if (!cors || origins.length === 0) return {};
  return {
    corsPolicy: {
      allowOrigins: origins,
      allowMethods: [...cors.methods],
      allowHeaders: [...cors.headers],
      allowCredentials: cors.credentials,
      maxAge: Math.floor(inSeconds(cors.maxAge)),
    },
  };
}

function redirect({ https, host, path }: Destination, permanent: boolean) {
  return {
    httpsRedirect: https,
    ...(host !== undefined && { hostRedirect: host }),
    pathRedirect: path,
    redirectResponseCode: permanent ? "PERMANENT_REDIRECT" : "TEMPORARY_REDIRECT",
    stripQuery: true,
  };
}

/** Google runs these at each change and refuses the map when one fails. */
function testsOf({ app, routes, made, nowhere }: UrlMapContext): inputs.compute.URLMapTest[] {
  const { domain } = app.edge;
  const ofRoutes = routes.flatMap(({ path, route, to }): inputs.compute.URLMapTest[] => {
    const paths = path === "/" ? ["/"] : [path, `${path}/x`];
    const each = (rest: Partial<inputs.compute.URLMapTest>) =>
      paths.map((tried) => ({ host: domain, path: tried, ...rest }));
    if (route.to.type === "redirect") {
      return each({ expectedRedirectResponseCode: route.to.permanent ? 308 : 307 });
    }
    const target = to && made.get(to.key);
    if (!target) return each({ service: nowhere });
    if (target.type === "bucket") return each({ service: target.id });
    const [only, ...more] = target.versions;
    // With weights, no single service is the right answer.
    return only && more.length === 0 ? each({ service: only.id }) : [];
  });
  const wrongHost = { host: `not-${domain}`, path: "/", service: nowhere };
  return [wrongHost, ...ofRoutes].slice(0, MOST_TESTS);
}

/** Plain HTTP leads to HTTPS and nowhere else; 308 keeps the method and the body. */
export function createRedirectMap(parent: Resource, app: App): URLMap {
  return new URLMap(
    replaceable(app, "to-https"),
    {
      description: `Sends HTTP of ${app.name} to HTTPS`,
      defaultUrlRedirect: {
        httpsRedirect: true,
        redirectResponseCode: "PERMANENT_REDIRECT",
        stripQuery: false,
      },
    },
    { parent },
  );
}

/** The written form of routes and of the edge. */
import { z } from "zod";
import { parseHost, parseOrigin } from "../names.ts";
import { show, Unreadable } from "../unreadable.ts";
import { checkDirective } from "./csp.ts";
import {
  bytesWithin,
  durationWithin,
  flag,
  host,
  keys,
  line,
  list,
  named,
  oneOf,
  partName,
  pattern,
  rate,
  shorthand,
  text,
  urlPath,
  variableName,
} from "./leaf.ts";

const rateLimit = shorthand(
  rate(),
  keys({
    perMinute: rate().meta({ description: "Per client address, over the whole route. No limit without it." }),
    perUser: rate().meta({ description: "Per signed-in user (see edge.user). No limit without it." }),
    paths: named("a map such as /api/recommend: 30", urlPath(), rate()).meta({
      description: "Per client address, for longer prefixes below the route.",
      examples: [{ "/api/recommend": 30 }],
    }),
  }),
  (perMinute) => ({ perMinute }),
  "a rate such as 1000/min",
).meta({
  description: "Requests above the limit get 429. A number is per minute and client address.",
  examples: [1000, { perMinute: 1000, perUser: 60, paths: { "/api/recommend": 30 } }],
});

const cache = shorthand(
  durationWithin("1s", "365d"),
  keys({
    maxAge: durationWithin("1s", "365d").meta({ description: "How long browsers keep an answer. Needed." }),
    sharedMaxAge: durationWithin("1s", "365d").meta({
      description: "How long the edge and a CDN keep it. Without it: maxAge.",
    }),
    staleWhileRevalidate: durationWithin("1s", "365d").meta({
      description: "How long an old answer may serve while a new one is fetched.",
    }),
  }),
  (maxAge) => ({ maxAge }),
  "a length of time such as 24h",
).meta({
  description: "Cache answers of this route. Not cached without it.",
  examples: ["24h", { maxAge: "24h", sharedMaxAge: "1h" }],
});

const location = text("a path or URL such as /app", (written) => {
  if (/^(\/|https?:\/\/[^\s/]+)[^\s\p{Cc}"\\]*$/u.test(written) && !written.startsWith("//")) return written;
  throw new Unreadable(`${show(written)} is not a path or URL`, {
    allowed: "/path, http://… or https://…",
    remedy: "write /app for instance",
  });
});

export const route = shorthand(
  partName().meta({ description: "The service that answers." }),
  keys({
    service: partName().meta({ description: "The service that answers: web, model or static." }),
    operators: partName().meta({
      description:
        "Operators only, behind a login: grafana, prometheus, alertmanager, or a service's name for its metrics.",
    }),
    bucket: partName().meta({ description: "Files of a bucket." }),
    redirect: shorthand(
      location,
      keys({
        location: location.meta({ description: "Where to: a path or a URL." }),
        permanent: flag().meta({ description: "301 in place of 302. Without it: false." }),
      }),
      (to) => ({ location: to }),
      "a path or URL such as /app",
    ).meta({ description: "Send the browser elsewhere.", examples: ["/app"] }),
    strip: flag().meta({
      description: "Remove the prefix before the request is passed on. Without it: false.",
    }),
    rateLimit,
    cache,
    bodyLimit: bytesWithin("1Ki", "5Gi").meta({
      description: "Largest request body; above it 413. Without it: 10Mi.",
    }),
  }),
  (service) => ({ service }),
  "a service such as api, or a map such as { service: api }",
).meta({
  id: "Route",
  description: "Where requests below a path go. The longest matching path wins.",
  examples: ["frontend", { service: "api", rateLimit: 1000 }, { operators: "grafana" }, { redirect: "/app" }],
});

const csp = z
  .union(
    [
      line("a policy such as default-src 'self'"),
      named(
        "a map such as default-src: [\"'self'\"]",
        z.string(),
        shorthand(
          z.string({ error: "a source such as 'self'" }),
          list("a list such as [\"'self'\"]", z.string({ error: "a source such as 'self'" })),
          (source) => source.split(/\s+/).filter(Boolean),
          "a list of sources such as [\"'self'\"]",
        ),
      ),
    ],
    { error: "a policy such as default-src 'self'" },
  )
  .superRefine((policy, ctx) => {
    if (typeof policy === "string") return;
    for (const [directive, sources] of Object.entries(policy)) {
      for (const { what, allowed, remedy, index } of checkDirective(directive, sources)) {
        const path = index === undefined ? [directive] : [directive, index];
        const concerns = index === undefined ? "key" : "value";
        ctx.addIssue({ code: "custom", message: what, params: { allowed, remedy, concerns }, path });
      }
    }
  });

const policy = csp.meta({
  description: "Content-Security-Policy, as text or as directive → sources; names and quotes are checked.",
  examples: [{ "default-src": ["'self'"], "img-src": ["'self'", "data:"] }],
});

const headerName = () =>
  pattern("a header name", "letters, digits and hyphens", "Referrer-Policy", /^[A-Za-z][A-Za-z0-9-]{0,99}$/);

const headers = z
  .object({ csp: policy.optional() }, { error: "a map such as Referrer-Policy: no-referrer" })
  .catchall(line("one line such as no-referrer"))
  .superRefine((written, ctx) => {
    for (const name of Object.keys(written)) {
      const named = headerName().safeParse(name);
      for (const issue of named.error?.issues ?? []) {
        const params = { ...(issue.code === "custom" && issue.params), concerns: "key" };
        ctx.addIssue({ code: "custom", message: issue.message, params, path: [name] });
      }
    }
  });

const cors = shorthand(
  list("a list such as [https://shop.example]", text("an origin such as https://shop.example", parseOrigin)),
  keys({
    origins: list(
      "a list such as [https://shop.example]",
      text("an origin such as https://shop.example", parseOrigin),
    ).meta({
      description: "Origins that browsers may call from; `*` for all. Needed.",
    }),
    methods: list(
      "a list such as [GET, POST]",
      oneOf("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
    ).meta({
      description: "Without it: GET, POST, PUT, PATCH, DELETE.",
    }),
    headers: list("a list such as [Content-Type]", headerName()).meta({
      description: "Request headers. Without it: Authorization, Content-Type.",
    }),
    credentials: flag().meta({ description: "Allow cookies and logins. Without it: false." }),
    maxAge: durationWithin("1s", "24h").meta({
      description: "How long browsers remember the answer. Without it: 10m.",
    }),
  }),
  (origins) => ({ origins }),
  "a list of origins such as [https://shop.example]",
).meta({
  description: "Which other sites' pages may call. None without it.",
  examples: [["https://shop.example"]],
});

export const edge = keys({
  domain: host().meta({
    description:
      "Host name of the app. Without it: localhost in the dev preset; needed in the others when there are routes.",
    examples: ["flashfit.example"],
  }),
  aliases: list(
    "a list such as [www.flashfit.example]",
    text("a host name such as www.flashfit.example", parseHost),
  ).meta({
    description: "Further host names. Any other host gets 421.",
  }),
  waf: oneOf("block", "detect", "off").meta({
    description:
      "Web application firewall with the OWASP core rule set. Without it: block; detect in the dev preset.",
  }),
  wafExclusions: named(
    'a map such as "942100": search text looks like SQL',
    pattern("a rule id", "six digits", "942100", /^\d{6}$/),
    line("a reason such as search text looks like SQL"),
  ).meta({
    description: "Rules to leave out, by id, each with the reason.",
    examples: [{ "942100": "the search box takes SQL keywords" }],
  }),
  certificate: keys({
    chain: variableName().meta({ description: "Secret with the PEM chain." }),
    key: variableName().meta({ description: "Secret with the PEM key." }),
  }).meta({
    description: "Certificate of your own. Without it, what the target offers.",
    examples: [{ chain: "TLS_CHAIN", key: "TLS_KEY" }],
  }),
  hsts: keys({
    maxAge: durationWithin("1s", "3650d").meta({ description: "Without it: 365d; 730d in the prod preset." }),
    subdomains: flag().meta({ description: "Also for all subdomains. Without it: false." }),
    preload: flag().meta({
      description: "Ask for the browsers' preload list; needs subdomains and 365d. Without it: false.",
    }),
  }).meta({ description: "How long browsers insist on HTTPS." }),
  headers: headers.meta({
    description:
      "Response headers, name → value; `csp` takes a Content-Security-Policy as text or as directive → sources. Secure ones are set without it.",
    examples: [{ "Referrer-Policy": "no-referrer", csp: { "default-src": ["'self'"] } }],
  }),
  cors,
  compression: flag().meta({ description: "Compress text answers. Without it: true." }),
  user: shorthand(
    oneOf("authorization"),
    keys({
      from: oneOf("authorization", "header", "cookie").meta({
        description: "Where a request says who it comes from.",
      }),
      name: pattern("a name", "letters, digits, _ and -", "X-User-Id", /^[A-Za-z0-9_-]{1,100}$/).meta({
        description: "Name of the header or cookie.",
      }),
    }),
    (from) => ({ from }),
    "authorization, or a map such as { from: cookie, name: session }",
  ).meta({
    description: "What tells one user from another for rateLimit.perUser. Without it: authorization.",
  }),
}).meta({ id: "Edge", description: "The one door of the app." });

/** What is said about one wrong value at a time, word for word: the edge. */
import { expect, it } from "vitest";
import { messageOf, type Row } from "./message-of.ts";

const rows: readonly Row[] = [
  [
    "edge.domain",
    "https://closet.example/",
    "edge.domain: https://closet.example/ is a URL, not a host name; allowed: lower-case labels of letters, digits and hyphens, joined by dots; write closet.example",
  ],
  [
    "edge.domain",
    "10.0.0.1",
    "edge.domain: 10.0.0.1 is an address, not a host name; allowed: lower-case labels of letters, digits and hyphens, joined by dots; write api.example.com for instance",
  ],
  [
    "edge.domain",
    "a_b",
    "edge.domain: a_b is not a host name; allowed: lower-case labels of letters, digits and hyphens, joined by dots; write api.example.com for instance",
  ],
  ["edge.aliases", ["closet.example"], "edge.aliases.0: closet.example is the domain itself; remove it"],
  [
    "edge.waf",
    "on",
    "edge.waf: on is not one of the allowed words; allowed: block, detect, off; write block for instance",
  ],
  [
    "edge.cors.origins",
    ["closet.example"],
    "edge.cors.origins.0: closet.example is not an origin; allowed: https://host, http://host, with :port when it is not the usual one, or *; write https://shop.example for instance",
  ],
  [
    "edge.cors",
    { origins: ["*"], credentials: true },
    "edge.cors.origins: * with credentials is refused by browsers; name the origins, or set credentials: false",
  ],
  [
    "edge.cors.origins",
    ["https://a.example/"],
    "edge.cors.origins.0: https://a.example/ is not an origin; allowed: https://host, http://host, with :port when it is not the usual one, or *; write https://a.example",
  ],
  [
    "edge.hsts.preload",
    true,
    "edge.hsts.preload: the browsers' preload list wants all subdomains; set subdomains: true or preload: false",
  ],
  [
    "edge.certificate.key",
    "TLS_KEYS",
    "edge.certificate.key: there is no secret TLS_KEYS; allowed: OPENAI_API_KEY, JWT_SECRET, TLS_CHAIN, TLS_KEY, SMTP_PASSWORD; did you mean TLS_KEY?",
  ],
  [
    "edge.headers.csp",
    { "default-src": ["self"] },
    "edge.headers.csp.default-src.0: self is read as a host name; put it in single quotes: \"'self'\"",
  ],
  [
    "edge.headers.csp",
    { "defaul-src": ["'self'"] },
    "edge.headers.csp.defaul-src: defaul-src is not a directive of Content-Security-Policy; did you mean default-src?",
  ],
  [
    "edge.headers.Content-Security-Policy",
    "x",
    "edge.headers.Content-Security-Policy: stands beside csp; remove one of the two",
  ],
  [
    "edge.headers.X-A",
    "a\nb",
    'edge.headers.X-A: "a\\u000ab" is not one line; allowed: one line of up to 1000 characters; write no-referrer for instance',
  ],
  [
    "edge.wafExclusions",
    { "42": "x" },
    "edge.wafExclusions.42: 42 is not a rule id; allowed: six digits; write 942100 for instance",
  ],
  [
    "edge.user",
    "session",
    "edge.user: session is not authorization, or a map; write { from: cookie, name: session } for instance",
  ],
  [
    "edge.domain",
    null,
    "app.yaml:56:11: edge.domain: is missing; add the app's host name, for instance domain: flashfit.example",
  ],
];

it.each(rows)("%s: %j", (key, value, message) => {
  expect(messageOf(key, value)).toBe(message);
});

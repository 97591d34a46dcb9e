/** The edge, alerts and their mail. */
import type { App } from "../model.ts";
import { formatDuration } from "../parse.ts";
import { days } from "../units.ts";
import type { Find } from "./find.ts";

export function checkEdge({ edge }: App): Find[] {
  return [...checkHosts(edge), ...checkHsts(edge), ...checkCors(edge)];
}

function checkHosts({ domain, aliases }: App["edge"]): Find[] {
  return aliases.flatMap((alias, index): Find[] => {
    const path = ["edge", "aliases", index];
    if (alias === domain) return [{ path, what: `${alias} is the domain itself`, remedy: "remove it" }];
    if (aliases.indexOf(alias) === index) return [];
    return [{ path, what: `${alias} stands in the list twice`, remedy: "remove one" }];
  });
}

const PRELOAD_AGE = days(365);

/** Rules of the browsers' preload list, hstspreload.org. */
function checkHsts({ hsts }: App["edge"]): Find[] {
  if (!hsts.preload) return [];
  const path = ["edge", "hsts", "preload"];
  if (!hsts.subdomains) {
    return [
      {
        path,
        what: "the browsers' preload list wants all subdomains",
        remedy: "set subdomains: true or preload: false",
      },
    ];
  }
  if (hsts.maxAge >= PRELOAD_AGE) return [];
  return [
    {
      path,
      what: `the browsers' preload list wants at least 365d, maxAge is ${formatDuration(hsts.maxAge)}`,
      remedy: "set maxAge: 365d or preload: false",
    },
  ];
}

function checkCors({ cors }: App["edge"]): Find[] {
  if (!cors?.origins.includes("*")) return [];
  const path = ["edge", "cors", "origins"];
  if (cors.credentials) {
    return [
      {
        path,
        what: "* with credentials is refused by browsers",
        remedy: "name the origins, or set credentials: false",
      },
    ];
  }
  if (cors.origins.length === 1) return [];
  return [{ path, what: "* already allows every origin", remedy: "keep either * or the names" }];
}

export function checkAlerts({ monitoring: { alerts } }: App): Find[] {
  const path = ["monitoring", "alerts"];
  const { smtp, email } = alerts;
  if (!smtp) {
    if (email.length === 0) return [];
    return [
      {
        path: [...path, "email"],
        what: "nothing says how mail is sent",
        remedy: "add smtp: { host: smtp.example.com, from: alerts@flashfit.example }",
      },
    ];
  }
  if ((smtp.user === undefined) === (smtp.password === undefined)) return [];
  const [has, lacks] = smtp.user === undefined ? ["password", "user"] : ["user", "password"];
  return [
    {
      path: [...path, "smtp", has],
      what: `stands without ${lacks}`,
      remedy: `add ${lacks} or remove ${has}`,
    },
  ];
}

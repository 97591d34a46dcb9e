/** Content-Security-Policy as structured data: directive names and source words are checked. */
import { suggest } from "../suggest.ts";
import { show } from "../unreadable.ts";

const DIRECTIVES = [
  "default-src",
  "script-src",
  "script-src-elem",
  "script-src-attr",
  "style-src",
  "style-src-elem",
  "style-src-attr",
  "img-src",
  "font-src",
  "connect-src",
  "media-src",
  "object-src",
  "frame-src",
  "child-src",
  "worker-src",
  "manifest-src",
  "base-uri",
  "form-action",
  "frame-ancestors",
  "report-uri",
  "report-to",
  "sandbox",
  "upgrade-insecure-requests",
  "require-trusted-types-for",
  "trusted-types",
] as const;

const QUOTED = [
  "self",
  "none",
  "unsafe-inline",
  "unsafe-eval",
  "strict-dynamic",
  "report-sample",
  "wasm-unsafe-eval",
];

interface Complaint {
  readonly what: string;
  readonly allowed?: string;
  readonly remedy: string;
  /** Of the source in the list; absent when the directive itself is wrong. */
  readonly index?: number;
}

export function checkDirective(directive: string, sources: readonly string[]): Complaint[] {
  if (!(DIRECTIVES as readonly string[]).includes(directive)) {
    const near = suggest(directive, DIRECTIVES);
    return [
      {
        what: `${show(directive)} is not a directive of Content-Security-Policy`,
        ...(!near && { allowed: DIRECTIVES.join(", ") }),
        remedy: near ? `did you mean ${near}?` : "correct the name or remove it",
      },
    ];
  }
  return sources.flatMap((source, index): Complaint[] => {
    if (QUOTED.includes(source)) {
      return [
        { index, what: `${source} is read as a host name`, remedy: `put it in single quotes: "'${source}'"` },
      ];
    }
    if (/[\s;,\p{Cc}]/u.test(source) || source === "") {
      return [
        {
          index,
          what: `${show(source)} is not one source`,
          remedy: "write one source per entry, without ; and ,",
        },
      ];
    }
    return [];
  });
}

/** The header's value. */
export function joinPolicy(policy: string | Readonly<Record<string, readonly string[]>>): string {
  if (typeof policy === "string") return policy;
  return Object.entries(policy)
    .map(([directive, sources]) => [directive, ...sources].join(" "))
    .join("; ");
}

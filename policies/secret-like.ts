/** What looks like a secret: by the name that it stands under, or by its own form. */
import { UNKNOWN } from "./values.ts";

/** `OPENAI_API_KEY`, `PGPASSWORD`, `JWT_SECRET`. */
const NAMES =
  /(^|_)(PASS(WORD|WD|PHRASE)?|PGPASSWORD|SECRETS?|TOKEN|CREDENTIALS?|KEY|PRIVATE_KEY|DSN)(_|$)|[a-z](ApiKey|Password|Secret|Token)$/;
/** Where it lies, who it belongs to, how long it lives: about a secret, and none. */
const ABOUT =
  /_(FILE|PATH|DIR|NAME|ID|URL|URI|ARN|TTL|AGE|LIFETIME|EXPIR\w*|HEADER\w*|ALGORITHM|TYPE|LENGTH|MAX|MIN|LIMIT|VERSION|COUNT|ENABLED|PREFIX)$/;
/** The public half of a pair of keys. */
const PUBLIC = /PUBLIC|^((?!SECRET).)*ACCESS_KEY(_ID)?$/;
const HARMLESS = /^(true|false|on|off|none|\d{0,6})$/i;

const FORMS: readonly (readonly [what: string, form: RegExp])[] = [
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ["an API key", /\b(sk-[A-Za-z0-9_-]{20,}|AIza[0-9A-Za-z_-]{35})/],
  ["an access key", /\b(AKIA|ASIA)[0-9A-Z]{16}\b/],
  ["a token", /\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22,}|glpat-[\w-]{20}|xox[abprs]-[\w-]{10,})/],
  ["a token", /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/],
  ["a service account's key", /"private_key_id"\s*:/],
  ["a URL with a password", /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:[^\s:/@$]{3,}@/i],
];

/** Whether a variable of that name is meant to hold a secret. */
export const namesSecret = (name: string): boolean =>
  NAMES.test(name) && !ABOUT.test(name) && !PUBLIC.test(name);

/** What a value looks like, `a private key`; undefined when it looks like no secret. */
export const secretForm = (value: string): string | undefined =>
  FORMS.find(([, form]) => form.test(value))?.[0];

/** Why variables that stand in plain text should not; never says a value. An unknown value counts by its name. */
export function plainSecrets(variables: readonly Variable[]): string[] {
  const names = new Set(variables.map(([name]) => name));
  return variables.flatMap(([name, value]) => {
    const form = value === UNKNOWN ? undefined : secretForm(value);
    if (form) return [`${name} is ${form}`];
    const secret = namesSecret(name) && !HARMLESS.test(value) && !isBrowserKey(name, names);
    return secret ? [`${name} is named like a secret`] : [];
  });
}

export type Variable = readonly [name: string, value: string];

/** The key of a connection to sign-in names the app to the provider in a browser, and admits nobody by itself
 * (src/config/connections.ts): `USERS_API_KEY` beside `USERS_ISSUER`.
 */
const isBrowserKey = (name: string, names: ReadonlySet<string>): boolean =>
  name.endsWith("API_KEY") && names.has(name.replace(/API_KEY$/, "ISSUER"));

/** The building blocks of the schema: single values, maps of known keys, and shorthands.
 *
 * Every key is optional here, because an environment writes only what differs; what must be there is checked once
 * all layers lie on one another (src/config/resolve). A block's `error` text is "a size such as 512Mi": what is
 * expected, and an example. For a map it lists the known keys. issues.ts turns both into problems.
 */
import { z } from "zod";
import { parseEgress, parseHost } from "../names.ts";
import {
  parseBytes,
  parseCpu,
  parseDollars,
  parseDuration,
  parsePercent,
  parseRate,
  type Scalar,
} from "../parse.ts";
import { show, Unreadable } from "../unreadable.ts";

type Read<I, T> = (written: I) => T;

function attempt<I, T>(read: Read<I, T>) {
  return (written: I, ctx: z.RefinementCtx): T => {
    try {
      return read(written);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      const { what, allowed, remedy } = error;
      ctx.addIssue({ code: "custom", message: what, params: { allowed, remedy } });
      return z.NEVER;
    }
  };
}

/** A quantity: text or number in, a number with its unit out. */
export function quantity<T>(expects: string, read: Read<Scalar, T>) {
  return z.union([z.string(), z.number()], { error: expects }).transform(attempt(read));
}

/** A text that follows rules. */
export function text<T>(expects: string, read: Read<string, T>) {
  return z.string({ error: expects }).transform(attempt(read));
}

/** A text by a pattern; `rule` says it in words. */
export function pattern(noun: string, rule: string, example: string, regex: RegExp) {
  return text(`${noun} such as ${example}`, (written) => {
    if (regex.test(written)) return written;
    throw new Unreadable(`${show(written)} is not ${noun}`, {
      allowed: rule,
      remedy: `write ${example} for instance`,
    });
  }).meta({ pattern: regex.source });
}

/** A whole number. */
export function whole(noun: string, min: number, max: number, example = min) {
  return z
    .number({ error: `${noun} such as ${example}` })
    .transform(
      attempt((written: number) => {
        if (Number.isInteger(written) && written >= min && written <= max) return written;
        throw new Unreadable(`${show(written)} is not ${noun}`, {
          allowed: `${min}–${max}`,
          remedy: `write ${written > max ? max : written < min ? min : Math.round(written)}`,
        });
      }),
    )
    .meta({ type: "integer", minimum: min, maximum: max });
}

/** A map with known keys, all of them optional. */
export function keys<S extends z.core.$ZodLooseShape>(shape: S) {
  const optional = Object.fromEntries(
    Object.entries(shape).map(([key, value]) => [key, z.optional(value)]),
  ) as { [K in keyof S]: z.ZodOptional<S[K]> };
  return z.strictObject(optional, { error: Object.keys(shape).join(", ") });
}

/** A map with free keys. */
export function named<K extends z.core.$ZodRecordKey, V extends z.core.SomeType>(
  expects: string,
  key: K,
  value: V,
) {
  return z.record(key, value, { error: expects });
}

/** A list. */
export function list<T extends z.core.SomeType>(expects: string, item: T) {
  return z.array(item, { error: expects });
}

/** A short way to write a map: `health: /` for `health: { live: /, ready: / }`. */
export function shorthand<S extends z.ZodType, L extends z.ZodType>(
  short: S,
  long: L,
  expand: (written: z.output<S>) => z.output<L>,
  expects: string,
) {
  return z.union([short.transform(expand), long], { error: expects });
}

/** One of a few words. */
export function oneOf<const T extends readonly [string, ...string[]]>(...words: T) {
  return z.enum(words);
}

export const flag = () => z.boolean({ error: "true or false such as true" });
const AMOUNT = String.raw`\d+(\.\d+)?`;
const SIZE = { type: "string", pattern: `^${AMOUNT}(Ki|Mi|Gi|Ti)$` } as const;
const TIME = { type: "string", pattern: `^(${AMOUNT}(ms|s|m|h|d|w))+$` } as const;

export const cpu = () =>
  quantity("a number of cores such as 0.5", parseCpu).meta({ pattern: `^(${AMOUNT}|\\d+m)$` });
export const duration = () => quantity("a length of time such as 10s", parseDuration).meta(TIME);
export const share = () =>
  quantity("a share such as 70%", parsePercent).meta({ type: "string", pattern: `^${AMOUNT} ?%$` });
export const rate = () =>
  quantity("a rate such as 60/min", parseRate).meta({ pattern: `^${AMOUNT}(/(min|s))?$` });
export const money = () =>
  quantity("an amount of money such as $300", parseDollars).meta({ pattern: `^\\$?${AMOUNT}$` });
export const port = () => whole("a port", 1, 65_535, 8080);
export const host = () => text("a host name such as flashfit.example", parseHost);
export const egressHost = () => text("a host name such as api.openai.com", parseEgress);

/** A length of time within limits. */
export function durationWithin(min: string, max: string) {
  const [low, high] = [parseDuration(min), parseDuration(max)];
  const usual = parseDuration("10s");
  return quantity(`a length of time such as ${usual >= low && usual <= high ? "10s" : min}`, (written) => {
    const time = parseDuration(written);
    if (time >= low && time <= high) return time;
    const short = time < low;
    throw new Unreadable(`${show(written)} is too ${short ? "short" : "long"}`, {
      allowed: `${min}–${max}`,
      remedy: `write ${short ? min : max}`,
    });
  }).meta(TIME);
}

/** A size within limits. */
export function bytesWithin(min: string, max: string) {
  const [low, high] = [parseBytes(min), parseBytes(max)];
  return quantity("a size such as 512Mi", (written) => {
    const size = parseBytes(written);
    if (size >= low && size <= high) return size;
    const small = size < low;
    throw new Unreadable(`${show(written)} is too ${small ? "small" : "large"}`, {
      allowed: `${min}–${max}`,
      remedy: `write ${small ? min : max}`,
    });
  }).meta(SIZE);
}

const PATH_RULE = "a path from the root, without spaces, query or ..";

/** The path part of a URL: `/`, `/health/live`. */
export function urlPath() {
  return text("a path such as /health", (written) => {
    if (
      /^\/[\w\-.~%!$&'()*+,;=:@/]*$/.test(written) &&
      written.length <= 200 &&
      !/\/\.{1,2}(\/|$)|\/\//.test(written)
    ) {
      return written;
    }
    const remedy = /^[\w-]+(\/[\w-]+)*$/.test(written) ? `write /${written}` : "write /health for instance";
    throw new Unreadable(`${show(written)} is not a path`, { allowed: PATH_RULE, remedy });
  });
}

/** A file or folder beside app.yaml. */
export function file(example: string) {
  return text(`a path such as ${example}`, (written) => {
    if (written !== "" && written.length <= 500 && !/\p{Cc}/u.test(written)) return written;
    throw new Unreadable(`${show(written)} is not a path`, {
      allowed: "a path relative to app.yaml",
      remedy: `write ${example} for instance`,
    });
  });
}

/** An absolute folder inside a container. */
export function containerPath(example: string) {
  return text(`an absolute path such as ${example}`, (written) => {
    if (/^(\/[\w.@-]+)+$/.test(written) && !/\/\.{1,2}(\/|$)/.test(written)) return written;
    throw new Unreadable(`${show(written)} is not an absolute path inside the container`, {
      allowed: "letters, digits, . _ @ - between slashes",
      remedy: `write ${example} for instance`,
    });
  });
}

/** Name of a service or a data part. */
export function partName() {
  return pattern(
    "a name",
    "up to 30 lower-case letters, digits and hyphens, starting with a letter, not ending in a hyphen",
    "api",
    /^(?=.{1,30}$)[a-z](?:[a-z0-9-]*[a-z0-9])?$/,
  );
}

/** Name of an environment variable or secret. */
export function variableName() {
  return pattern(
    "a variable name",
    "up to 100 letters, digits and underscores, not starting with a digit",
    "LOG_LEVEL",
    /^[A-Za-z_][A-Za-z0-9_]{0,99}$/,
  );
}

/** Free text on one line. */
export function line(expects: string) {
  return text(expects, (written) => {
    if (written.trim() !== "" && written.length <= 1000 && !/[\p{Cc}\u2028\u2029]/u.test(written))
      return written;
    const [noun, example] = expects.split(" such as ");
    throw new Unreadable(`${show(written)} is not ${noun}`, {
      allowed: "one line of up to 1000 characters",
      remedy: `write ${example} for instance`,
    });
  });
}

/** Files of a folder as the web wants to have them: each with its type and how long it may be kept. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

export interface StaticFile {
  /** Below the folder, with slashes: `assets/app.3f9c2b1d.js`. */
  readonly path: string;
  /** Absolute. */
  readonly source: string;
  readonly type: string;
  readonly cacheControl: string;
  /** MD5 in base64, as Cloud Storage tells it. */
  readonly md5: string;
}

const TEXT = "; charset=utf-8";
const TYPES: Readonly<Record<string, string>> = {
  avif: "image/avif",
  css: `text/css${TEXT}`,
  gif: "image/gif",
  html: `text/html${TEXT}`,
  ico: "image/vnd.microsoft.icon",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: `text/javascript${TEXT}`,
  json: "application/json",
  map: "application/json",
  mjs: `text/javascript${TEXT}`,
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  otf: "font/otf",
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  ttf: "font/ttf",
  txt: `text/plain${TEXT}`,
  wasm: "application/wasm",
  webm: "video/webm",
  webmanifest: "application/manifest+json",
  webp: "image/webp",
  woff: "font/woff",
  woff2: "font/woff2",
  xml: "application/xml",
};

/** A checksum in the name, as bundlers put it there: with new content the file has another name. */
const FINGERPRINT = /[.-](?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;
const FOREVER = "public, max-age=31536000, immutable";
const ASK_EACH_TIME = "public, max-age=0, must-revalidate";
const AN_HOUR = "public, max-age=3600";

/** Every file below the folder, by path. What begins with a dot stays at home, `.well-known` aside. */
export function staticFiles(folder: string): StaticFile[] {
  return walk(folder, "").map((path) => {
    const source = join(folder, path);
    return {
      path,
      source,
      type: typeOf(path),
      cacheControl: cacheControlOf(path),
      md5: createHash("md5").update(readFileSync(source)).digest("base64"),
    };
  });
}

export const isFingerprinted = (path: string): boolean => FINGERPRINT.test(path) && !path.endsWith(".html");

function walk(folder: string, below: string): string[] {
  return readdirSync(join(folder, below))
    .sort()
    .filter((entry) => !entry.startsWith(".") || entry === ".well-known")
    .flatMap((entry) => {
      const path = below === "" ? entry : `${below}/${entry}`;
      return statSync(join(folder, path)).isDirectory() ? walk(folder, path) : [path];
    });
}

function typeOf(path: string): string {
  const ending = /\.([A-Za-z0-9]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  return TYPES[ending] ?? "application/octet-stream";
}

function cacheControlOf(path: string): string {
  if (isFingerprinted(path)) return FOREVER;
  return path.endsWith(".html") ? ASK_EACH_TIME : AN_HOUR;
}

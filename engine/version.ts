/** Three-part versions, as tools print them. */
export type Version = readonly [major: number, minor: number, patch: number];

/** The first `1.2` or `1.2.3` in a text; undefined when there is none. */
export function parseVersion(text: string): Version | undefined {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

/** Whether `version` is `oldest` or newer. */
export function atLeast(version: Version, oldest: Version): boolean {
  const [major, minor, patch] = oldest;
  if (version[0] !== major) return version[0] > major;
  if (version[1] !== minor) return version[1] > minor;
  return version[2] >= patch;
}

/** As parseVersion, for texts of our own that always have one. */
export function version(text: string): Version {
  const parsed = parseVersion(text);
  if (!parsed) throw new TypeError(`${text} is not a version`);
  return parsed;
}

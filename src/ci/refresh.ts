/** Asks the actions' own repositories what the table of pins should say. */
import { type Environment, lastWords, run } from "../../engine/command.ts";
import type { ActionPin } from "./pins.ts";

export interface Checked {
  readonly pin: ActionPin;
  /** Commit that the pinned version is now; absent when the repository has no such version. */
  readonly now?: string;
  /** Newest version and its commit. */
  readonly newest?: { readonly version: string; readonly digest: string };
  /** Why nothing could be learnt. */
  readonly failure?: string;
}

/** @param site where repositories are: `https://github.com` */
export async function checkPin(
  pin: ActionPin,
  env: Environment,
  site = "https://github.com",
): Promise<Checked> {
  const url = `${site}/${pin.repository}`;
  const { code, stdout, stderr } = await run("git", ["ls-remote", "--tags", url], {
    env: { ...env, GIT_TERMINAL_PROMPT: "0" },
    timeout: 60_000,
  });
  if (code !== 0) return { pin, failure: lastWords(stderr) };
  const tags = tagsIn(stdout);
  const now = tags.get(pin.version);
  const [version] = [...tags.keys()]
    .filter((tag) => /^v\d+\.\d+\.\d+$/.test(tag))
    .sort(byVersion)
    .slice(-1);
  const digest = version === undefined ? undefined : tags.get(version);
  return { pin, ...(now && { now }), ...(version && digest && { newest: { version, digest } }) };
}

/** Tag → commit. A tag that is an object of its own has a second line, `v1.0.0^{}`, with the commit. */
function tagsIn(listing: string): Map<string, string> {
  const tags = new Map<string, string>();
  for (const line of listing.split("\n")) {
    const [, digest, tag, peeled] = /^([0-9a-f]{40})\trefs\/tags\/(.+?)(\^\{\})?$/.exec(line) ?? [];
    if (digest && tag && (peeled || !tags.has(tag))) tags.set(tag, digest);
  }
  return tags;
}

function byVersion(a: string, b: string): number {
  const [left, right] = [a, b].map((tag) => tag.slice(1).split(".").map(Number));
  for (let part = 0; part < 3; part++) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What one line of `atelier ci pins` says, and whether something is to be done. */
export function describePin({ pin, now, newest, failure }: Checked): {
  readonly text: string;
  readonly ok: boolean;
} {
  const { repository, version, digest } = pin;
  if (failure !== undefined) return { text: `${repository}: can't be asked: ${failure}`, ok: false };
  if (now === undefined) return { text: `${repository}: has no ${version} any more`, ok: false };
  if (now !== digest) {
    return {
      text: `${repository}: ${version} is ${now} there, and ${digest} here: find out why before you go on`,
      ok: false,
    };
  }
  if (newest && newest.version !== version) {
    return {
      text: `${repository}: ${version} is right; newer: version: "${newest.version}", digest: "${newest.digest}"`,
      ok: true,
    };
  }
  return { text: `${repository}: ${version} is right, and the newest`, ok: true };
}

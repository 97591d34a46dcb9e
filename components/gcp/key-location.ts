/** Google encrypts data with keys of the same location alone. */
import type { Problem } from "../../src/config/problem.ts";
import { locationOfKey } from "./encryption.ts";
import type { GcpSettings } from "./settings.ts";

/** @param what that is encrypted, "a bucket in US" @param location where the key for it has to lie */
export function refuseKeyElsewhere(
  name: string,
  what: string,
  location: string,
  { encryptionKey }: Pick<GcpSettings, "encryptionKey">,
): Problem[] {
  const lies = encryptionKey && locationOfKey(encryptionKey);
  if (lies === undefined || lies === location) return [];
  return [
    {
      path: ["data", name],
      what: `${what} takes a key in ${location}, and the target's encryptionKey lies in ${lies}`,
      allowed: `a key in ${location}`,
      remedy: `leave out encryptionKey, or keep the data in ${lies} alone`,
    },
  ];
}

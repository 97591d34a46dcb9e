/** Files of the Redis server: its settings, how it starts, how its users are kept up to date. */
import type { Redis } from "../../../src/config/model.ts";
import { type Bytes, inMebibytes, mebibytes } from "../../../src/config/units.ts";
import { ADMIN } from "./acl.ts";

export const PORT = 6379;

/** Share of the container's memory that data may fill. The rest is for connections, fragmentation, and, with
 * persistence, for pages that change while a child writes them out (redis.io, "Redis persistence").
 */
const DATA_SHARE: Readonly<Record<Redis["persistence"], number>> = {
  none: 0.75,
  snapshot: 0.6,
  "append-only": 0.6,
};

const LEAST_HEADROOM = 32;

/** Memory of the container, so that `memory` in app.yaml is what data can fill. */
export function containerMemory({ memory, persistence }: Pick<Redis, "memory" | "persistence">): Bytes {
  const data = inMebibytes(memory);
  return mebibytes(Math.max(Math.ceil(data / DATA_SHARE[persistence]), data + LEAST_HEADROOM));
}

export function serverConfig({
  memory,
  eviction,
  persistence,
}: Pick<Redis, "memory" | "eviction" | "persistence">) {
  return `port ${PORT}
dir /data
aclfile /data/users.acl
# Everybody comes in by name and password, and from this part's own network only.
protected-mode no
maxmemory ${memory}
maxmemory-policy ${eviction}
maxmemory-clients 10%
tcp-keepalive 60
lazyfree-lazy-eviction yes
lazyfree-lazy-expire yes
${PERSISTENCE[persistence]}
`;
}

const PERSISTENCE: Readonly<Record<Redis["persistence"], string>> = {
  none: 'save ""\nappendonly no',
  // Redis' own defaults, written out.
  snapshot: "save 3600 1 300 100 60 10000\nappendonly no",
  "append-only": 'save ""\nappendonly yes\nappendfsync everysec',
};

/** Users live beside the data, so that a restart finds them. The platform's own are written anew at each start. */
export const START_SCRIPT = `set -eu
umask 077
touch /data/users.acl
{ cat /run/secrets/platform.acl; grep -v -E '^user (default|atelier_)' /data/users.acl || true; } > /data/users.acl.new
mv /data/users.acl.new /data/users.acl
exec redis-server /run/config/redis.conf
`;

/** Users of services that no longer use the part: the last generation may still be connected, so a user is first
 * switched off, which leaves connections alone, and removed by the next run.
 */
export function setupScript(host: string, kept: readonly string[]): string {
  return `set -eu
export REDISCLI_AUTH="$(cat /run/secrets/admin)"
redis() { redis-cli -h ${host} -p ${PORT} --user ${ADMIN} --raw "$@"; }
must() { answer="$(cat)"; if [ -n "$(echo "$answer" | grep -v -x OK)" ]; then echo "$answer" >&2; exit 1; fi; }
redis < /run/secrets/users.redis | must
for user in $(redis ACL USERS); do
  case " ${["default", ...kept].join(" ")} " in *" $user "*) continue ;; esac
  case "$user" in atelier_*) continue ;; esac
  if redis ACL LIST | grep -q "^user $user off "; then redis ACL DELUSER "$user" >/dev/null; else redis ACL SETUSER "$user" off | must; fi
done
redis ACL SAVE | must
`;
}

/** Who may do what in Redis: rules of the ACL language, with passwords as SHA-256 hashes. */
import { createHash } from "node:crypto";
import type { Access } from "../../../src/config/model.ts";

/** Service names have no underscore, so no service can be called the same. */
export const ADMIN = "atelier_admin";
export const HEALTH = "atelier_health";
export const EXPORTER = "atelier_exporter";

export interface User {
  readonly name: string;
  readonly password: string;
  readonly rules: string;
}

/** A reader sees everything and changes nothing. A writer may do what data needs, EXPIRE, SCAN and scripts too,
 * but not what stops or empties the server: no KEYS, FLUSHALL, CONFIG, SHUTDOWN. INFO, which Redis counts as
 * dangerous, is left to both, because queue libraries read the version with it.
 */
const RULES: Readonly<Record<Access, string>> = {
  read: "~* &* -@all +@read +@connection +@transaction +subscribe +psubscribe +unsubscribe +punsubscribe -@dangerous +info",
  write: "~* &* +@all -@admin -@dangerous +info",
};

export function consumerUser(name: string, password: string, access: Access): User {
  return { name, password, rules: RULES[access] };
}

/** The platform's own: setup, health check, exporter. */
export function platformUsers(passwordOf: (user: string) => string): User[] {
  const user = (name: string, rules: string): User => ({ name, password: passwordOf(name), rules });
  return [
    user(ADMIN, "~* &* +@all"),
    user(HEALTH, "-@all +ping"),
    // What redis_exporter asks for (its README, "Authenticating with Redis").
    user(
      EXPORTER,
      "-@all +@connection +client|list +config|get +info +latency|latest +latency|histogram +memory|usage +slowlog|get +slowlog|len",
    ),
  ];
}

/** Lines of an ACL file. Nobody comes in without a name. */
export function aclFile(users: readonly User[]): string {
  return text(["user default reset off", ...users.map((user) => `user ${rule(user)}`)]);
}

/** Commands that bring the users of a running server up to date. */
export function aclCommands(users: readonly User[]): string {
  return text(users.map((user) => `ACL SETUSER ${rule(user)}`));
}

function rule({ name, password, rules }: User): string {
  return `${name} reset on #${createHash("sha256").update(password).digest("hex")} ${rules}`;
}

const text = (lines: readonly string[]) => `${lines.join("\n")}\n`;

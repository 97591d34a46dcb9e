/** "Did you mean": the known name that somebody most likely had in mind. */
import { distance } from "fastest-levenshtein";

/** Words of other tools for what has its own name here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  depends_on: "uses",
  dependsOn: "uses",
  links: "uses",
  environment: "env",
  ports: "port",
  replicas: "scale",
  healthcheck: "health",
  healthCheck: "health",
  cron: "schedule",
  limits: "cpu",
  resources: "cpu",
  mem: "memory",
  entrypoint: "command",
  interval: "every",
  retries: "failAfter",
  start_period: "startup",
  liveness: "live",
  readiness: "ready",
  size: "storage",
  disk: "storage",
  csp: "headers",
  tls: "certificate",
  type: "kind",
  databases: "data",
  volumes: "data",
};

/** Swapped letters and a word written out or cut short count as one mistake. */
function far(written: string, name: string): number {
  const swapped = [...written].sort().join("") === [...name].sort().join("");
  const [short, long] = written.length < name.length ? [written, name] : [name, written];
  return swapped || (short.length > 2 && long.startsWith(short)) ? 1 : distance(written, name);
}

export function suggest(written: string, known: readonly string[]): string | undefined {
  const elsewhere = Object.hasOwn(ELSEWHERE, written) ? ELSEWHERE[written] : undefined;
  if (elsewhere !== undefined && known.includes(elsewhere)) return elsewhere;
  if (written.length > 60) return undefined;
  const near = known
    .map((name) => ({ name, far: far(written.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, far }) => far <= Math.max(1, Math.floor(Math.max(written.length, name.length) / 3)))
    .sort((a, b) => a.far - b.far || a.name.localeCompare(b.name));
  return near[0]?.name;
}

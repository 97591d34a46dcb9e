/** One source for each environment variable of a service. */
import { connectionVariables, prefixOf } from "../connections.ts";
import type { App, Service } from "../model.ts";
import { suggest } from "../suggest.ts";
import { type Find, own } from "./find.ts";

interface Variable {
  readonly name: string;
  /** Said in a message: `uses.db`. */
  readonly from: string;
  readonly path: readonly (string | number)[];
}

export function checkVariables(app: App): Find[] {
  return Object.entries(app.services).flatMap(([name, service]) => [
    ...checkEnvNames(app, name, service),
    ...checkClashes(app, name, service),
  ]);
}

interface Connection {
  readonly used: string;
  readonly contract: string;
  readonly secret: boolean;
}

function connections(app: App, service: Service): Connection[] {
  return Object.keys(service.uses).flatMap((used) => {
    const kind = own(app.data, used)?.kind ?? (own(app.services, used) ? "service" : undefined);
    if (kind === undefined) return [];
    return connectionVariables[kind].map(({ suffix, secret }) => ({
      used,
      contract: prefixOf(used) + suffix,
      secret,
    }));
  });
}

function checkEnvNames(app: App, name: string, service: Service): Find[] {
  const known = connections(app, service).map(({ contract }) => contract);
  return Object.keys(service.envNames)
    .filter((contract) => !known.includes(contract))
    .map((contract) => {
      const near = suggest(contract, known);
      const otherwise = known.length > 0 ? "name one of them" : "add what it connects to under uses";
      return {
        path: ["services", name, "envNames", contract],
        what: `${contract} is not a variable that uses gives`,
        ...(known.length > 0 && { allowed: known.join(", ") }),
        remedy: near === undefined ? otherwise : `did you mean ${near}?`,
      };
    });
}

function checkClashes(app: App, name: string, service: Service): Find[] {
  const seen = new Map<string, Variable>();
  return variablesOf(app, name, service).flatMap((variable): Find[] => {
    const first = seen.get(variable.name);
    if (!first) seen.set(variable.name, variable);
    if (!first) return [];
    const remedy = variable.from.startsWith("uses")
      ? "rename it with envNames"
      : "remove or rename one of the two";
    return [{ path: variable.path, what: `${variable.name} comes from ${first.from} already`, remedy }];
  });
}

/** Every variable that the service's container gets, first what cannot be renamed. */
function variablesOf(app: App, name: string, service: Service): Variable[] {
  const path = ["services", name];
  const suffix = (secret: boolean) => (secret && service.secretsAs === "files" ? "_FILE" : "");
  const platform: Variable[] = [
    ...(service.port === undefined ? [] : [{ name: "PORT", from: "port", path: [...path, "port"] }]),
    ...(service.metrics
      ? [{ name: "METRICS_PORT", from: "metrics.port", path: [...path, "metrics", "port"] }]
      : []),
  ];
  const secrets = [...new Set(service.secrets)].map((secret) => ({
    name: secret + suffix(true),
    from: "secrets",
    path: [...path, "secrets", service.secrets.indexOf(secret)],
  }));
  const plain = Object.keys(service.env).map((key) => ({
    name: key,
    from: "env",
    path: [...path, "env", key],
  }));
  const connected = connections(app, service).map(({ used, contract, secret }) => {
    const renamed = own(service.envNames, contract);
    return {
      name: (renamed ?? contract) + suffix(secret),
      from: `uses.${used}`,
      path: renamed === undefined ? [...path, "uses", used] : [...path, "envNames", contract],
    };
  });
  return [...platform, ...secrets, ...connected, ...plain];
}

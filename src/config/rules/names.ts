/** Names that point at services, data and secrets: they exist and are of the right kind. */
import type { App, Service, ServiceKind } from "../model.ts";
import type { Path } from "../places.ts";
import { type Find, own, unknownName } from "./find.ts";

const RESERVED = ["edge", "localhost", "grafana", "prometheus", "alertmanager"];
const LABEL = 63;

export function checkOwnNames(app: App): Find[] {
  const parts = [
    ...Object.keys(app.services).map((name) => ["services", name] as const),
    ...Object.keys(app.data).map((name) => ["data", name] as const),
  ];
  return parts.flatMap(([group, name]): Find[] => {
    const path = [group, name];
    if (RESERVED.includes(name)) {
      return [{ path, what: `${name} is a name of the platform's own`, remedy: "choose another name" }];
    }
    if (group === "data" && Object.hasOwn(app.services, name)) {
      return [{ path, what: `${name} is the name of a service as well`, remedy: "rename one of the two" }];
    }
    const full = `${app.name}-${app.environment}-${name}`;
    if (full.length > LABEL) {
      return [
        {
          path,
          what: `${full} has ${full.length} characters`,
          allowed: `app, environment and name together up to ${LABEL}`,
          remedy: "shorten one of them",
        },
      ];
    }
    return [];
  });
}

/** An app that runs nothing is a mistake. */
export function checkSomeService(app: App): Find[] {
  if (Object.keys(app.services).length > 0) return [];
  const remedy = "add one, for instance api: { kind: web, build: ./api, port: 8080 }";
  return [{ path: ["services"], what: "has no service", remedy }];
}

const SERVING: readonly ServiceKind[] = ["web", "model", "static"];
export const serves = (service: Service | undefined) =>
  service !== undefined && SERVING.includes(service.kind);

export function checkUses(app: App): Find[] {
  const known = [...Object.keys(app.services), ...Object.keys(app.data)];
  return Object.entries(app.services).flatMap(([name, service]) =>
    Object.keys(service.uses).flatMap((used): Find[] => {
      const path = ["services", name, "uses", used];
      const other = own(app.services, used);
      if (used === name) return [{ path, what: `${name} uses itself`, remedy: "remove it" }];
      if (!other && !own(app.data, used)) {
        const names = known.filter((other) => other !== name);
        return [unknownName(path, used, "service or data", names, "declare it under services or data")];
      }
      if (other && !serves(other)) {
        const what = `${used} is a ${other.kind} service, which nobody can call`;
        return [
          { path, what, allowed: `services of kind ${SERVING.join(", ")}, and data`, remedy: "remove it" },
        ];
      }
      return [];
    }),
  );
}

export function checkAfter(app: App): Find[] {
  const jobs = Object.entries(app.services).flatMap(([name, { kind }]) => (kind === "job" ? [name] : []));
  return Object.entries(app.services).flatMap(([name, { after }]) =>
    after.flatMap((job, index): Find[] => {
      const path = ["services", name, "after", index];
      const other = own(app.services, job);
      if (!other)
        return [
          unknownName(
            path,
            job,
            "job",
            jobs.filter((other) => other !== name),
            "declare a service of kind job",
          ),
        ];
      if (other.kind !== "job") {
        return [
          {
            path,
            what: `${job} is a ${other.kind} service, not a job`,
            ...(jobs.length > 0 && { allowed: jobs.join(", ") }),
            remedy: "name a job, or put the service into uses",
          },
        ];
      }
      return [];
    }),
  );
}

/** Secrets that services, the certificate, the mail server and sign-ins name. */
export function checkSecretNames(app: App): Find[] {
  const { certificate } = app.edge;
  const { smtp } = app.monitoring.alerts;
  const edge = ["edge", "certificate"];
  const named: (readonly [path: Path, secret: string])[] = [
    ...Object.entries(app.services).flatMap(([name, { secrets }]) =>
      secrets.map((secret, index) => [["services", name, "secrets", index], secret] as const),
    ),
    ...(certificate
      ? [[[...edge, "chain"], certificate.chain] as const, [[...edge, "key"], certificate.key] as const]
      : []),
    ...(smtp?.password ? [[["monitoring", "alerts", "smtp", "password"], smtp.password] as const] : []),
    ...Object.entries(app.data).flatMap(([name, data]) =>
      data.kind === "auth"
        ? Object.entries(data.clients).map(
            ([way, { secret }]) => [["data", name, "clients", way, "secret"], secret] as const,
          )
        : [],
    ),
  ];
  const known = Object.keys(app.secrets);
  const undeclared = named
    .filter(([, secret]) => secret !== "" && !Object.hasOwn(app.secrets, secret))
    .map(([path, secret]) =>
      unknownName(path, secret, "secret", known, `declare it: secrets: { ${secret}: required }`),
    );
  return [...undeclared, ...twice(app)];
}

function twice(app: App): Find[] {
  return Object.entries(app.services).flatMap(([name, service]) =>
    (["secrets", "after", "egress"] as const).flatMap((key) =>
      service[key].flatMap((entry, index): Find[] =>
        service[key].indexOf(entry) === index
          ? []
          : [
              {
                path: ["services", name, key, index],
                what: `${entry} stands in the list twice`,
                remedy: "remove one",
              },
            ],
      ),
    ),
  );
}

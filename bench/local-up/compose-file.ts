/** The compose file that says the same as a deployment's Pulumi state.
 *
 * Left out are containers that Pulumi creates without starting them: cron entries, and the companions that lend
 * their files to others. In place of a companion's volumes come bind mounts of a folder with the same files.
 */
import { type Service, translate } from "./compose-service.ts";
import type { Lent } from "./lent.ts";
import { type ContainerInputs, isStarted, type Label, type State } from "./state.ts";

export interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, object>>;
  readonly volumes: Readonly<Record<string, object>>;
}

/** @param lent what `lentFolders` says
 * @throws Error when a container has an input that has no translation
 */
export function composeFile(state: State, lent: readonly Lent[]): ComposeFile {
  const started = state.containers.filter(isStarted);
  const byUrn = new Map(started.map((container) => [container.urn, container]));
  const networks = new Map(state.networks.map(({ id, inputs }) => [id, inputs.name]));
  const services = started.map(({ inputs, dependencies }) => {
    const needed = dependencies.flatMap((urn) => byUrn.get(urn) ?? []);
    const conditions = needed.map((other) => [other.inputs.name, { condition: conditionOf(other.inputs) }]);
    const dependsOn = conditions.length > 0 ? { depends_on: Object.fromEntries(conditions) } : {};
    return [inputs.name, { ...translate(inputs, { networks, lent }), ...dependsOn }];
  });
  return literal({
    services: Object.fromEntries(services),
    networks: Object.fromEntries(state.networks.map(network)),
    volumes: Object.fromEntries(
      state.volumes.map(({ inputs: { name, labels } }) => [name, { name, labels: labelsOf(labels) }]),
    ),
  }) as ComposeFile;
}

/** When those who depend on a container may start: what Pulumi calls created. */
function conditionOf({ attach, mustRun, healthcheck }: ContainerInputs): string {
  if (attach && mustRun === false) return "service_completed_successfully";
  return healthcheck ? "service_healthy" : "service_started";
}

function network({ inputs }: State["networks"][number]): [string, object] {
  const { name, internal = false, ipamConfigs = [], options = {}, labels } = inputs;
  const config = ipamConfigs.map(({ subnet }) => ({ subnet }));
  return [
    name,
    { name, driver: "bridge", internal, ipam: { config }, driver_opts: options, labels: labelsOf(labels) },
  ];
}

function labelsOf(labels: readonly Label[] = []): Record<string, string> {
  return Object.fromEntries(labels.map(({ label, value }) => [label, value]));
}

/** As it is: compose would put variables in place of `$`. */
function literal(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("$", "$$$$");
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(literal);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, literal(inner)]));
}

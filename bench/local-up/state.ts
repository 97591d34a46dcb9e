/** What a deployment's Pulumi state says about its Docker objects. */

/** Marks a value that is encrypted in the state and was exported with `--show-secrets`. */
const SECRET = "4dabf18193072939515e22adb298388d";

export interface Resource<Inputs = Readonly<Record<string, unknown>>> {
  readonly urn: string;
  /** Docker's id. */
  readonly id: string;
  readonly inputs: Inputs;
  /** URNs of what had to be there first. */
  readonly dependencies: readonly string[];
}

export interface NetworkInputs {
  readonly name: string;
  readonly internal?: boolean;
  readonly ipamConfigs?: readonly { readonly subnet: string }[];
  readonly options?: Readonly<Record<string, string>>;
  readonly labels?: readonly Label[];
}

export interface VolumeInputs {
  readonly name: string;
  readonly labels?: readonly Label[];
}

export interface Label {
  readonly label: string;
  readonly value: string;
}

/** A volume's name, a host folder, the volumes of another container, or nothing: an anonymous volume. */
export interface Mount {
  readonly volumeName?: string;
  readonly hostPath?: string;
  readonly fromContainer?: string;
  readonly containerPath?: string;
  readonly readOnly?: boolean;
}

/** Inputs of a container, in the provider's words. Memory is in MiB, times are Go durations or seconds. */
export interface ContainerInputs {
  readonly name: string;
  readonly image: string;
  readonly entrypoints?: readonly string[];
  readonly command?: readonly string[];
  readonly envs?: readonly string[];
  readonly user?: string;
  readonly readOnly?: boolean;
  readonly init?: boolean;
  readonly capabilities?: { readonly drops?: readonly string[] };
  readonly securityOpts?: readonly string[];
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly cpus?: string;
  readonly cpuShares?: number;
  readonly memory?: number;
  readonly memorySwap?: number;
  readonly memoryReservation?: number;
  readonly restart?: string;
  readonly stopSignal?: string;
  readonly stopTimeout?: number;
  readonly healthcheck?: Healthcheck;
  readonly labels?: readonly Label[];
  readonly networkMode?: string;
  readonly networksAdvanced?: readonly { readonly name: string; readonly aliases?: readonly string[] }[];
  readonly ports?: readonly Port[];
  readonly dns?: readonly string[];
  readonly volumes?: readonly Mount[];
  readonly logDriver?: string;
  readonly logOpts?: Readonly<Record<string, string>>;
  readonly uploads?: readonly unknown[];
  readonly start?: boolean;
  readonly mustRun?: boolean;
  readonly attach?: boolean;
  readonly logs?: boolean;
  readonly wait?: boolean;
  readonly waitTimeout?: number;
  readonly removeVolumes?: boolean;
  readonly destroyGraceSeconds?: number;
  readonly containerReadRefreshTimeoutMilliseconds?: number;
}

export interface Healthcheck {
  readonly tests: readonly string[];
  readonly interval?: string;
  readonly timeout?: string;
  readonly retries?: number;
  readonly startPeriod?: string;
  /** The provider writes its default, `0s`: none. */
  readonly startInterval?: string;
}

export interface Port {
  readonly internal: number;
  readonly external: number;
  readonly ip?: string;
  readonly protocol?: string;
}

export interface State {
  readonly containers: readonly Resource<ContainerInputs>[];
  readonly networks: readonly Resource<NetworkInputs>[];
  readonly volumes: readonly Resource<VolumeInputs>[];
}

/** Reads the text of `pulumi stack export --show-secrets`. */
export function readState(text: string): State {
  const exported = reveal(JSON.parse(text)) as { deployment: { resources: Written[] } };
  const { resources } = exported.deployment;
  const all = <Inputs>(type: string) =>
    resources
      .filter((resource) => resource.type === `docker:index/${type}`)
      .map((resource) => ({ dependencies: [], ...resource })) as unknown as Resource<Inputs>[];
  return {
    containers: all("container:Container"),
    networks: all("network:Network"),
    volumes: all("volume:Volume"),
  };
}

/** Cron entries and companions are only created. */
export function isStarted({ inputs }: Resource<ContainerInputs>): boolean {
  return inputs.start !== false;
}

interface Written {
  readonly type: string;
}

/** Secrets as plain values, without the engine's own notes. */
function reveal(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(reveal);
  if (SECRET in value && "plaintext" in value) return reveal(JSON.parse(String(value.plaintext)));
  const entries = Object.entries(value).filter(([key]) => key !== "__defaults");
  return Object.fromEntries(entries.map(([key, inner]) => [key, reveal(inner)]));
}

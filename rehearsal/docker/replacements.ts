/** Inputs of Docker's resources whose change keeps the resource; every other makes a new one.
 *
 * From the provider's own sources (`ForceNew` in internal/provider/resource_docker_*.go of
 * kreuzwerker/terraform-provider-docker, which @pulumi/docker 5 is made of).
 */
const IN_PLACE: Readonly<Record<string, readonly string[]>> = {
  "docker:index/container:Container": [
    "attach",
    "containerReadRefreshTimeoutMilliseconds",
    "cpuPeriod",
    "cpuQuota",
    "cpuSet",
    "cpuShares",
    "destroyGraceSeconds",
    "deviceReadBps",
    "deviceReadIops",
    "deviceWriteBps",
    "deviceWriteIops",
    "init",
    "logs",
    "maxRetryCount",
    "memory",
    "memoryReservation",
    "memorySwap",
    "mustRun",
    "removeVolumes",
    "restart",
    "rm",
    "start",
    "tmpfs",
    "wait",
    "waitTimeout",
  ],
  "docker:index/network:Network": [],
  "docker:index/volume:Volume": [],
  "docker:index/remoteImage:RemoteImage": ["forceRemove", "keepLocally"],
};

/** Whether a change at this path makes a new resource: `networksAdvanced.aliases`. */
export function replacesOn(type: string, path: string): boolean {
  const [input = ""] = path.split(".");
  return !(IN_PLACE[type]?.includes(input) ?? true);
}

/** Machines and zones that do not go with a service. */
import type { App, Service } from "../../../src/config/model.ts";
import { formatBytes, formatCpu } from "../../../src/config/parse.ts";
import type { Problem } from "../../../src/config/problem.ts";
import { regionsOf } from "../deployment.ts";
import { refuseZone } from "../places.ts";
import { serviceSettings, zonesIn } from "./deployment.ts";
import { acceleratedTypes, GPUS } from "./gpu.ts";
import { fits, isArm, machineOf, neededMemory, sizeOf } from "./machine.ts";
import type { ComputeSettings } from "./settings.ts";

interface Question {
  readonly app: App;
  readonly settings: ComputeSettings;
  readonly name: string;
  readonly spec: Service;
}

export function refuseMachine(question: Question): Problem[] {
  const { settings, name, spec } = question;
  const { machineType } = serviceSettings(settings, name);
  const gpu = refuseGpu(question);
  if (gpu.length > 0) return gpu;
  return [
    ...(machineType ? refuseNamed(name, spec, machineType) : refuseSize(name, spec)),
    ...refuseZones(question),
  ];
}

/** The service's own need, as a message says it. */
const needOf = (spec: Service) =>
  `cpu ${formatCpu(spec.cpu)} and ${formatBytes(neededMemory(spec))} with what the system takes`;

function refuseSize(name: string, spec: Service): Problem[] {
  if (machineOf(spec)) return [];
  return [
    {
      path: ["services", name, "cpu"],
      what: `no machine type that gcp-compute chooses from has ${needOf(spec)}`,
      allowed: "up to cpu 128 and 864Gi; with a gpu what its machines have",
      remedy: `set less cpu or memory, or name one: atelier:gcp-compute: { services: { ${name}: { machineType: … } } }`,
    },
  ];
}

function refuseNamed(name: string, spec: Service, type: string): Problem[] {
  const path = ["atelier:gcp-compute", "services", name, "machineType"];
  if (isArm(type)) {
    const remedy = "name a machine type with x86-64 processors, n2-standard-2 for instance";
    return [{ path, what: `${type} has Arm processors, and images are built for x86-64`, remedy }];
  }
  const size = sizeOf(type);
  if (!size || fits(spec, size)) return [];
  const fitting = machineOf(spec)?.type;
  return [
    {
      path,
      what: `${type} has cpu ${formatCpu(size.cpu)} and ${formatBytes(size.memory)}, and ${name} needs ${needOf(spec)}`,
      remedy: fitting ? `set machineType: ${fitting} or leave it out` : "set less cpu or memory",
    },
  ];
}

function refuseGpu({ app, settings, name, spec }: Question): Problem[] {
  const { gpu } = spec;
  if (!gpu) return [];
  const path = ["services", name, "gpu"];
  const kind = Object.hasOwn(GPUS, gpu.kind) ? GPUS[gpu.kind] : undefined;
  if (!kind) {
    const allowed = Object.keys(GPUS).join(", ");
    const what = `${gpu.kind} is not a gpu that gcp-compute knows`;
    return [{ path: [...path, "kind"], what, allowed, remedy: "set gpu.kind: nvidia-l4 for instance" }];
  }
  const types = acceleratedTypes(kind, gpu.count);
  if (types.length === 0) {
    const counts = [...new Set(kind.types.flatMap((machine) => machine.counts))].sort((a, b) => a - b);
    const what = `no machine carries ${gpu.count} × ${gpu.kind}`;
    return [
      { path: [...path, "count"], what, allowed: counts.join(", "), remedy: `set gpu.count: ${counts[0]}` },
    ];
  }
  const { machineType, zones } = serviceSettings(settings, name);
  const own = ["atelier:gcp-compute", "services", name];
  return [
    ...(machineType && !carries(kind.attached, types, machineType)
      ? [
          {
            path: [...own, "machineType"],
            what: `${machineType} does not carry ${gpu.count} × ${gpu.kind}`,
            allowed: kind.attached ? "n1 machine types" : types.map(({ type }) => type).join(", "),
            remedy: "name one of these or leave it out",
          },
        ]
      : []),
    ...(zones
      ? []
      : [
          {
            path: [...own, "zones"],
            what: `not every zone of ${regionsOf({ app, settings }).join(" and ")} has ${gpu.kind}, which ${name} needs`,
            remedy: "name the zones that have it; `gcloud compute accelerator-types list` shows them",
          },
        ]),
  ];
}

const carries = (attached: boolean, types: readonly { readonly type: string }[], machineType: string) =>
  attached ? machineType.startsWith("n1-") : types.some(({ type }) => type === machineType);

/** Zones lie in regions of the app, and every region has one. */
function refuseZones({ app, settings, name }: Question): Problem[] {
  const { zones } = serviceSettings(settings, name);
  if (!zones) return [];
  const path = ["atelier:gcp-compute", "services", name, "zones"];
  const regions = regionsOf({ app, settings });
  const foreign = zones.filter((zone) => !regions.some((region) => zone.startsWith(`${region}-`)));
  const empty = regions.filter((region) => !zonesIn(settings, name, region));
  return [
    ...foreign.map((zone) => ({
      path,
      what: `${zone} is in none of the app's regions`,
      allowed: `zones of ${regions.join(", ")}`,
      remedy: "remove it, or add its region to regions",
    })),
    ...zones.filter((zone) => !foreign.includes(zone)).flatMap((zone) => refuseZone(path, zone)),
    ...empty.map((region) => ({
      path,
      what: `no zone of ${region} is named`,
      remedy: `add ${region}-b for instance, or leave out zones`,
    })),
  ];
}

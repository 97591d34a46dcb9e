/** Compute Engine: groups of instances with their disks and gpus. */
import type { Value } from "../../../rehearsal/values.ts";
import type { PlannedResource } from "../../plan/model.ts";
import { HOURS } from "../assumptions.ts";
import { at, type Estimator, listIn, numberIn, type Scene, textIn } from "../estimator.ts";
import type { Draft, Range } from "../model.ts";
import type { GoogleSku } from "../prices/google.ts";
import { times } from "../range.ts";
import { counted, groupInstances } from "./instances.ts";
import { type Shape, shapeOf } from "./machines.ts";
import { samplesOf } from "./samples.ts";

type Lines = readonly Draft<GoogleSku>[];

export const TEMPLATE = "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate";

export const instanceGroup: Estimator<GoogleSku> = (seen, scene) => {
  const template = templateOf(seen.resource, scene);
  if (!template) return { unpriced: "its instance template is not in the plan" };
  const type = textIn(template.inputs.machineType);
  const shape = shapeOf(type);
  if (!shape) return { unpriced: `no price is known for machine type ${type}` };
  const gpus = gpusOf(template.inputs, shape);
  if (typeof gpus === "string") return { unpriced: `no price is known for gpu ${gpus}` };
  const instances = groupInstances(seen, scene);
  const region = textIn(seen.inputs.region);
  return [
    ...machines(shape, `${counted(instances)} instances ${type}`, instances, region),
    ...gpus.map(({ sku, count }) => ({
      sku,
      what: `${count} gpu each`,
      quantity: times(instances, count * HOURS),
      region,
      times: shape.sustained,
    })),
    ...disks(template.inputs.disks, instances, region),
    ...samplesOf(seen.service, instances),
  ];
};

/** The template that the group's first version names. */
const templateOf = ({ propertyDependencies }: PlannedResource, scene: Scene) =>
  scene.ofType(TEMPLATE).find(({ urn }) => propertyDependencies.versions?.includes(urn));

function machines(shape: Shape, what: string, instances: Range, region: string): Lines {
  const { cpu, memory, prices, premium, sustained } = shape;
  const factor = premium * sustained;
  const words = factor === 1 ? what : `${what}, times ${factor}`;
  const common = { region, times: factor };
  return [
    { ...common, sku: prices.cpu, what: `cpu: ${words}`, quantity: times(instances, cpu * HOURS) },
    { ...common, sku: prices.memory, what: `memory: ${words}`, quantity: times(instances, memory * HOURS) },
  ];
}

const GPUS: Readonly<Record<string, GoogleSku>> = {
  "nvidia-l4": "compute.gpu.l4",
  "nvidia-tesla-t4": "compute.gpu.t4",
};

/** With the machine type or attached by name; the name where it has no price. */
function gpusOf(inputs: PlannedResource["inputs"], { gpus }: Shape) {
  const built: { sku: GoogleSku; count: number }[] = gpus > 0 ? [{ sku: "compute.gpu.l4", count: gpus }] : [];
  for (const attached of listIn(inputs.guestAccelerators)) {
    const type = textIn(at(attached, "type"));
    const sku = Object.hasOwn(GPUS, type) ? GPUS[type] : undefined;
    if (!sku) return type;
    built.push({ sku, count: numberIn(at(attached, "count"), 1) });
  }
  return built;
}

const DISKS: Readonly<Record<string, GoogleSku>> = {
  "pd-balanced": "disk.balanced",
  "pd-ssd": "disk.ssd",
  "pd-standard": "disk.standard",
};

function disks(written: Value | undefined, instances: Range, region: string): Lines {
  return listIn(written).map((disk) => {
    const type = textIn(at(disk, "diskType"), "pd-standard");
    const size = numberIn(at(disk, "diskSizeGb"), 10);
    const sku = DISKS[type] ?? "disk.ssd";
    return { sku, what: `${size} GiB ${type} each`, quantity: times(instances, size), region };
  });
}

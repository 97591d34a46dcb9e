/** The Docker host: what the containers need of a machine, and what such a machine costs where it is rented. */
import type { App } from "../config/model.ts";
import type { Plan } from "../plan/model.ts";
import { partsOf } from "../plan/parts.ts";
import { HOURS } from "./assumptions.ts";
import { type Cloud, numberIn, textIn } from "./estimator.ts";
import { shapeOf } from "./google/machines.ts";
import type { Line } from "./model.ts";
import { priceIn, prices } from "./prices/google.ts";
import { fixed } from "./range.ts";
import { trafficOf } from "./traffic.ts";

/** Containers cost nothing by themselves; their machine is added by `hostLines`. */
export const docker: Cloud = {
  package: "docker",
  prices: {},
  priceIn: () => ({ usd: 0 }),
  estimators: {},
  free: {},
  others: "runs on the host, whose machine counts as a whole",
};

export interface HostNeed {
  /** Cores and GiB that are set aside for what always runs. */
  readonly cpu: number;
  readonly memory: number;
  /** GiB: data as the app sizes them, and room for images, logs and metrics. */
  readonly disk: number;
  /** Comparable machine of Compute Engine. */
  readonly machine: string;
}

/** For the system beside the containers. */
const SYSTEM = { memory: 0.5, disk: 20 };
/** For the system, the door, the firewall and monitoring together, whose own shares only say who goes first. */
const PLATFORM_CPU = 1;

const CANDIDATES = [
  "e2-micro",
  "e2-small",
  "e2-medium",
  "e2-standard-2",
  "e2-standard-4",
  "e2-standard-8",
  "e2-standard-16",
  "e2-standard-32",
];
const LARGEST = "e2-standard-32";

export function hostNeed(plan: Plan, app: App): HostNeed {
  const running = plan.resources.filter(
    ({ type, inputs }) =>
      type === "docker:index/container:Container" &&
      textIn(inputs.restart, "no") !== "no" &&
      numberIn(inputs.memory) > 0,
  );
  const add = (amounts: readonly number[]) => amounts.reduce((total, one) => total + one, 0);
  const memory = SYSTEM.memory + add(running.map(({ inputs }) => numberIn(inputs.memoryReservation))) / 1024;
  const partOf = partsOf(plan);
  const own = running.filter((container) => isOwn(partOf(container).name, app));
  const cpu = PLATFORM_CPU + add(own.map(({ inputs }) => numberIn(inputs.cpuShares))) / SHARES_PER_CPU;
  const disk =
    SYSTEM.disk +
    add(Object.values(app.data).map((data) => ("storage" in data ? data.storage : 0))) / 1024 ** 3;
  return { cpu, memory, disk, machine: machineFor(cpu, memory) };
}

const SHARES_PER_CPU = 1024;

const isOwn = (name: string, { services, data }: App): boolean =>
  Object.hasOwn(services, name) || Object.hasOwn(data, name);

const machineFor = (cpu: number, memory: number): string =>
  CANDIDATES.find((type) => {
    const shape = shapeOf(type);
    return shape && shape.cpu >= cpu && shape.memory >= memory;
  }) ?? LARGEST;

/** @param monthly what the machine really costs; without it, a comparable one counts */
export function hostLines(plan: Plan, app: App, monthly?: number): Line[] {
  const need = hostNeed(plan, app);
  const words = `${round(need.cpu)} cores, ${round(need.memory)} GiB memory, ${Math.ceil(need.disk)} GiB disk`;
  if (monthly !== undefined) {
    const source = { url: "--host", note: "as you say" };
    return [
      line({
        sku: "host",
        what: `your machine, with ${words} or more`,
        unit: "month",
        amount: 1,
        usd: monthly,
        source,
      }),
    ];
  }
  const shape = shapeOf(need.machine);
  if (!shape) return [];
  const hourly = shape.cpu * priceIn(shape.prices.cpu).usd + shape.memory * priceIn(shape.prices.memory).usd;
  const egress = trafficOf(app);
  return [
    line({
      sku: "host",
      what: `for ${words}: as much as ${need.machine} at Google`,
      unit: "hour",
      amount: HOURS,
      usd: hourly,
      source: prices[shape.prices.cpu].source,
    }),
    line({
      sku: "host.disk",
      what: "its disk, as pd-balanced",
      unit: "GiB-month",
      amount: Math.ceil(need.disk),
      usd: priceIn("disk.balanced").usd,
      source: prices["disk.balanced"].source,
    }),
    {
      ...line({
        sku: "host.egress",
        what: "answers and media to users, as at Google; often in the price of a rented machine",
        unit: "GiB",
        amount: 1,
        usd: priceIn("network.egress").usd,
        source: prices["network.egress"].source,
      }),
      ...egressOf(egress),
    },
  ];
}

function egressOf({ answers, media }: ReturnType<typeof trafficOf>): Pick<Line, "quantity" | "dollars"> {
  const { usd } = priceIn("network.egress");
  const quantity = {
    low: answers.low + media.low,
    expected: answers.expected + media.expected,
    high: answers.high + media.high,
  };
  return {
    quantity,
    dollars: { low: quantity.low * usd, expected: quantity.expected * usd, high: quantity.high * usd },
  };
}

const round = (amount: number) => Math.round(amount * 10) / 10;

interface Item extends Pick<Line, "sku" | "what" | "unit" | "source"> {
  readonly amount: number;
  readonly usd: number;
}

const line = ({ amount, usd, ...rest }: Item): Line => ({
  ...rest,
  urn: "",
  resource: "host",
  part: { kind: "Host", name: "machine" },
  quantity: fixed(amount),
  unitPrice: usd,
  dollars: fixed(amount * usd),
});

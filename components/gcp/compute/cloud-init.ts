/** The user-data of an instance: files and units in cloud-init's words.
 *
 * Every unit starts by itself and tries again for as long as it takes. None requires another: a unit whose
 * requirement failed once would never start, whereas one that fails starts again after a few seconds. On
 * Container-Optimized OS /etc lies in memory, and cloud-init writes it anew at each start of the machine.
 */
import { stringify } from "yaml";
import { inSeconds } from "../../../src/config/units.ts";
import { type Boot, CONTAINER, ETC, quote, RUN } from "./boot.ts";
import { collectorConfig } from "./collector.ts";
import {
  collectorScript,
  gateScript,
  gpuScript,
  mounterScript,
  pullScript,
  runScript,
  secretsScript,
  userScript,
} from "./scripts.ts";

interface Unit {
  readonly description: string;
  /** Scripts below /etc/atelier, with their arguments, before the one that stays. */
  readonly prepare: readonly string[];
  readonly run: string;
  /** What has to pass before the unit counts as started. */
  readonly until?: string;
  readonly container: string;
  /** Seconds between SIGTERM and SIGKILL. */
  readonly grace: number;
}

/** Longest time that drivers, images and a first start may take before the unit starts over; a group with a liveness
 * check has replaced the machine by then.
 */
const PATIENCE = "80min";

export function cloudInit(boot: Boot): string {
  const units = unitsOf(boot);
  const config = {
    write_files: [
      ...Object.entries(filesOf(boot)).map(([name, content]) => file(`${ETC}/${name}`, "0644", content)),
      ...Object.entries(units).map(([name, unit]) =>
        file(`/etc/systemd/system/${name}.service`, "0644", unitFile(unit)),
      ),
    ],
    runcmd: [
      ["systemctl", "daemon-reload"],
      ...Object.keys(units).map((name) => ["systemctl", "start", "--no-block", `${name}.service`]),
    ],
  };
  return `#cloud-config\n${stringify(config, { lineWidth: 0 })}`;
}

const file = (path: string, permissions: string, content: string) => ({
  path,
  permissions,
  owner: "root:root",
  content,
});

function filesOf(boot: Boot): Record<string, string> {
  const { collector, gate, gpus, mounter } = boot;
  const buckets = bucketsOf(boot).map(({ index, ...mount }) => [
    `mount-${index}.sh`,
    mounterScript(mounter, mount, index),
  ]);
  return {
    "pull.sh": pullScript(),
    "user.sh": userScript(boot),
    "secrets.sh": secretsScript(boot),
    "run.sh": runScript(boot),
    ...(gpus > 0 && { "gpu.sh": gpuScript() }),
    ...(gate && { "gate.sh": gateScript(gate) }),
    ...(collector && {
      "collector.sh": collectorScript(collector.image),
      "collector.yaml": collectorConfig(collector),
    }),
    ...(Object.fromEntries(buckets) as Record<string, string>),
  };
}

const bucketsOf = ({ mounts }: Boot) =>
  mounts.map((mount, index) => ({ ...mount, index })).filter(({ type }) => type === "bucket");

function unitsOf(boot: Boot): Record<string, Unit> {
  const { image, stopGrace, gpus, collector, mounter } = boot;
  const pull = (reference: string) => `pull.sh ${quote(reference)}`;
  const mounts = bucketsOf(boot).map(({ index }): [string, Unit] => [
    `atelier-mount-${index}`,
    {
      description: `Bucket below mount ${index}`,
      prepare: [pull(mounter)],
      run: `mount-${index}.sh`,
      container: `mount-${index}`,
      grace: 10,
    },
  ]);
  return {
    "atelier-service": {
      description: "The service",
      prepare: [...(gpus > 0 ? ["gpu.sh"] : []), pull(image), "user.sh", "secrets.sh"],
      run: "run.sh",
      ...(boot.gate && { until: "gate.sh" }),
      container: CONTAINER,
      grace: Math.ceil(inSeconds(stopGrace)),
    },
    ...(collector && {
      "atelier-collector": {
        description: "The service's metrics",
        prepare: [pull(collector.image)],
        run: "collector.sh",
        container: "collector",
        grace: 10,
      },
    }),
    ...Object.fromEntries(mounts),
  };
}

/** Ordered after Docker, so that at shutdown the container is stopped before Docker is. */
function unitFile({ description, prepare, run, until, container, grace }: Unit): string {
  const start = (script: string) => `/bin/sh ${ETC}/${script}`;
  return [
    "[Unit]",
    `Description=${description}`,
    "Wants=network-online.target docker.service",
    "After=network-online.target docker.service",
    "StartLimitIntervalSec=0",
    "",
    "[Service]",
    `Environment=DOCKER_CONFIG=${RUN}/docker`,
    ...prepare.map((script) => `ExecStartPre=${start(script)}`),
    `ExecStart=${start(run)}`,
    ...(until ? [`ExecStartPost=${start(until)}`] : []),
    `ExecStop=/usr/bin/docker stop -t ${grace} ${container}`,
    "Restart=always",
    "RestartSec=5",
    `TimeoutStartSec=${PATIENCE}`,
    `TimeoutStopSec=${grace + 15}`,
    "",
  ].join("\n");
}

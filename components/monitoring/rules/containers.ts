/** Containers, and the host that they run on. */
import { minutes } from "../../../src/config/units.ts";
import type { RuleGroup } from "../rules.ts";

const DISKS = '{fstype!~"tmpfs|overlay|squashfs|ramfs|nsfs", mountpoint!~"/run.*|/etc/.*"}';
const FREE = `node_filesystem_avail_bytes${DISKS}`;

export const containerRules: RuleGroup = {
  name: "containers",
  rules: [
    {
      name: "ContainerRestarting",
      expr: "sum by (service) (increase(atelier_container_restarts_total[15m])) > 2",
      for: minutes(0),
      severity: "page",
      summary: "{{ $labels.service }} keeps restarting",
      description:
        "More than two restarts of {{ $labels.service }} in 15 minutes: it crashes, hangs or lacks memory.",
      runbook:
        "Run `npx atelier logs {{ $labels.service }}`; the last lines before each start say why. Exit code 137 is a lack of memory: raise `memory` in app.yaml.",
    },
    {
      name: "ContainerUnhealthy",
      expr: "min by (service) (atelier_container_health) == 0",
      for: minutes(2),
      severity: "page",
      summary: "{{ $labels.service }} is unhealthy",
      description: "A container of {{ $labels.service }} fails its health check and restarts did not help.",
      runbook:
        "Run `npx atelier logs {{ $labels.service }}`. If it waits for a database or another service, look at that one first.",
    },
    {
      name: "MemoryNearLimit",
      expr: "max by (service) (container_memory_working_set_bytes / (container_spec_memory_limit_bytes > 0)) > 0.9",
      for: minutes(10),
      severity: "warn",
      summary: "{{ $labels.service }} uses {{ $value | humanizePercentage }} of its memory",
      description: "At 100 % the kernel kills the container.",
      runbook:
        "On the system dashboard see whether memory only grows (a leak) or follows the load. Raise `services.{{ $labels.service }}.memory` in app.yaml, or add instances.",
    },
    {
      name: "WatchdogBusy",
      expr: "sum by (service) (increase(atelier_watchdog_restarts_total[1h])) > 3",
      for: minutes(0),
      severity: "warn",
      summary: "The watchdog restarted {{ $labels.service }} more than three times in an hour",
      description:
        "{{ $labels.service }} hangs again and again; each time requests are lost until it is back.",
      runbook:
        "Run `npx atelier logs {{ $labels.service }}` and `npx atelier logs keeper`. A probe that is slower than its timeout under load looks the same: compare `health.timeout` with the API dashboard.",
    },
  ],
};

export const hostRules: RuleGroup = {
  name: "host",
  rules: [
    {
      name: "DiskFilling",
      expr: `predict_linear(${FREE}[6h], 24 * 3600) < 0 and ${FREE} / node_filesystem_size_bytes${DISKS} < 0.5`,
      for: minutes(30),
      severity: "warn",
      summary: "{{ $labels.device }} will be full within a day",
      description:
        "At the pace of the last six hours the file system is full within 24 hours; Postgres then stops.",
      runbook:
        "See the sizes of data on the database dashboard, of logs on the system dashboard, and what else lies on that disk. Shorten `monitoring.retention` or `monitoring.logs.retention`, or give the host a larger disk.",
    },
    {
      name: "DiskAlmostFull",
      expr: `${FREE} / node_filesystem_size_bytes${DISKS} < 0.1`,
      for: minutes(5),
      severity: "page",
      summary: "{{ $labels.device }} has {{ $value | humanizePercentage }} left",
      description: "When it is full, Postgres stops taking writes and logs are lost.",
      runbook:
        "Remove what nobody needs: unused images first, then old logs. Then find what grew, as for DiskFilling.",
    },
    {
      name: "HostMemoryLow",
      expr: "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.1",
      for: minutes(10),
      severity: "page",
      summary: "The host has {{ $value | humanizePercentage }} of its memory left",
      description: "The kernel begins to kill processes when it is gone.",
      runbook:
        "On the system dashboard see which part grew. Other programs on the host count too: `ps aux --sort=-rss | head`.",
    },
    {
      name: "HostProcessorBusy",
      expr: '1 - avg(rate(node_cpu_seconds_total{mode="idle"}[10m])) > 0.9',
      for: minutes(15),
      severity: "warn",
      summary: "The host's processor is at {{ $value | humanizePercentage }}",
      description: "Answers get slower, and health checks may begin to fail.",
      runbook:
        "On the system dashboard see which part takes it. Lower `scale.min`, or move to a larger host.",
    },
    {
      name: "OutOfMemoryKill",
      expr: "increase(node_vmstat_oom_kill[10m]) > 0",
      for: minutes(0),
      severity: "page",
      summary: "The kernel killed a process for memory",
      description: "A container went over its memory limit, or the host has too little.",
      runbook: "Run `dmesg | grep -i oom` for which one, then raise its `memory` in app.yaml.",
    },
  ],
};

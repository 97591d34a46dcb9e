/** The host and the containers on it: is there room, and is everything running? */
import type { App } from "../../../src/config/model.ts";
import type { Dashboard, Row } from "../dashboard.ts";
import { bars, stat, timeseries, warnAt } from "./panels.ts";

const RATE = "[$__rate_interval]";
const DISKS = '{fstype!~"tmpfs|overlay|squashfs|ramfs|nsfs", mountpoint!~"/run.*|/etc/.*"}';

export function systemDashboard(app: App): Dashboard {
  return {
    uid: "atelier-system",
    title: "System",
    description: "The host's processor, memory, disk and network, and every container against its limits.",
    tags: ["atelier", app.name],
    variables: [],
    rows: [now(), host(), containers(), ...(hasCron(app) ? [scheduled()] : []), logs()],
  };
}

function now(): Row {
  return {
    title: "Now",
    panels: [
      stat("Containers running", "Containers of this app that run.", "none", {
        running: "count(container_memory_working_set_bytes)",
      }),
      stat(
        "Unhealthy containers",
        "Containers whose health check fails; the watchdog restarts them.",
        "none",
        { unhealthy: "sum(1 - clamp_max(atelier_container_health, 1))" },
        { thresholds: [{ from: 1, color: "red" }] },
      ),
      stat(
        "Restarts in 24 h",
        "Restarts of all containers; each is a crash, a hang or a lack of memory.",
        "none",
        { restarts: "sum(increase(atelier_container_restarts_total[1d]))" },
        { thresholds: warnAt(1, 5) },
      ),
      stat(
        "Targets down",
        "Metric sources that Prometheus cannot read.",
        "none",
        { down: "sum(1 - up)" },
        { thresholds: [{ from: 1, color: "red" }] },
      ),
    ],
  };
}

function host(): Row {
  const cpu = `sum by (mode) (rate(node_cpu_seconds_total{mode!="idle"}${RATE})) / scalar(count(node_cpu_seconds_total{mode="idle"}))`;
  return {
    title: "Host",
    panels: [
      timeseries(
        "Processor",
        "Share of all cores in use, by what for; above 85 % for long, answers get slower.",
        "percentunit",
        { "{{mode}}": cpu },
        { stacked: true, max: 1 },
      ),
      timeseries("Load", "Processes that run or wait, against the number of cores.", "short", {
        "1 minute": "sum(node_load1)",
        "5 minutes": "sum(node_load5)",
        "15 minutes": "sum(node_load15)",
        cores: 'count(node_cpu_seconds_total{mode="idle"})',
      }),
      timeseries("Memory", "Memory in use and the host's total.", "bytes", {
        used: "sum(node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes)",
        total: "sum(node_memory_MemTotal_bytes)",
      }),
      bars(
        "Disk in use",
        "Share of each file system in use; Postgres stops at 100 %.",
        "percentunit",
        {
          "{{device}}": `max by (device) (1 - node_filesystem_avail_bytes${DISKS} / node_filesystem_size_bytes${DISKS})`,
        },
        { max: 1, thresholds: warnAt(0.8, 0.9), width: 12 },
      ),
      timeseries("Disk traffic", "Bytes read and written per second.", "Bps", {
        "read {{device}}": `sum by (device) (rate(node_disk_read_bytes_total${RATE}))`,
        "written {{device}}": `sum by (device) (rate(node_disk_written_bytes_total${RATE}))`,
      }),
      timeseries("Network", "Bytes that all parts together receive and send per second.", "Bps", {
        received: `sum(rate(container_network_receive_bytes_total${RATE}))`,
        sent: `sum(rate(container_network_transmit_bytes_total${RATE}))`,
      }),
    ],
  };
}

function containers(): Row {
  return {
    title: "Containers",
    panels: [
      timeseries("Processor per part", "Cores in use by each service and data part.", "short", {
        "{{service}}": `sum by (service) (rate(container_cpu_usage_seconds_total${RATE}))`,
      }),
      timeseries("Memory per part", "Memory that each part holds and cannot give back.", "bytes", {
        "{{service}}": "sum by (service) (container_memory_working_set_bytes)",
      }),
      bars(
        "Memory of its limit",
        "Share of the memory limit in use; at 100 % the kernel kills the container.",
        "percentunit",
        {
          "{{service}}":
            "max by (service) (container_memory_working_set_bytes / (container_spec_memory_limit_bytes > 0))",
        },
        { max: 1, thresholds: warnAt(0.8, 0.9), width: 12 },
      ),
      timeseries("Restarts", "Restarts per part in the last hour.", "none", {
        "{{service}}": "sum by (service) (increase(atelier_container_restarts_total[1h]))",
      }),
      timeseries("Network per part", "Bytes that each part receives and sends per second.", "Bps", {
        "{{service}} in": `sum by (service) (rate(container_network_receive_bytes_total${RATE}))`,
        "{{service}} out": `sum by (service) (rate(container_network_transmit_bytes_total${RATE}))`,
      }),
      timeseries(
        "Held back by the limit",
        "Share of the time in which a part wanted more processor time than its limit; above 25 % raise `cpu`.",
        "percentunit",
        {
          "{{service}}": `sum by (service) (rate(container_cpu_cfs_throttled_periods_total${RATE})) / (sum by (service) (rate(container_cpu_cfs_periods_total${RATE})) > 0)`,
        },
        { max: 1, thresholds: warnAt(0.25, 0.5) },
      ),
      bars(
        "Health",
        "1 while every instance with a health check passes it.",
        "none",
        { "{{service}}": "min by (service) (atelier_container_health)" },
        { max: 1, width: 12, words: { "0": "unhealthy", "1": "healthy" } },
      ),
    ],
  };
}

const hasCron = (app: App) => Object.values(app.services).some(({ kind }) => kind === "cron");

function scheduled(): Row {
  return {
    title: "Scheduled runs",
    panels: [
      bars("Since the last success", "Time since each scheduled service last did its work.", "s", {
        "{{service}}": "time() - max by (service) (atelier_cron_last_success_timestamp_seconds)",
      }),
      timeseries("Runs", "Runs per day, by how they ended.", "short", {
        "{{service}} {{outcome}}": "sum by (service, outcome) (increase(atelier_cron_runs_total[1d]))",
      }),
    ],
  };
}

function logs(): Row {
  return {
    title: "Logs",
    panels: [
      timeseries(
        "Log volume",
        "Bytes of log per second and part; a jump is often an error in a loop.",
        "Bps",
        {
          "{{service}}": `sum by (service) (rate(atelier_log_bytes_total${RATE}))`,
        },
      ),
    ],
  };
}

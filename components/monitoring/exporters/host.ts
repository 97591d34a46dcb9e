/** node-exporter 1.5, as far as we use it. */
import { counter, type Exporter, gauge } from "./declare.ts";

export const host: Exporter = {
  node_cpu_seconds_total: counter("Seconds that a core spent in a mode.", "cpu", "mode"),
  node_load1: gauge("Processes that run or wait, average of a minute."),
  node_load5: gauge("Processes that run or wait, average of five minutes."),
  node_load15: gauge("Processes that run or wait, average of fifteen minutes."),
  node_memory_MemTotal_bytes: gauge("Memory of the host."),
  node_memory_MemAvailable_bytes: gauge("Memory that a new process could have without swapping."),
  node_filesystem_size_bytes: gauge("Size of a file system.", "device", "fstype", "mountpoint"),
  node_filesystem_avail_bytes: gauge("Free space for programs.", "device", "fstype", "mountpoint"),
  node_filesystem_readonly: gauge("1 when mounted read-only.", "device", "fstype", "mountpoint"),
  node_disk_read_bytes_total: counter("Bytes read.", "device"),
  node_disk_written_bytes_total: counter("Bytes written.", "device"),
  node_disk_io_time_seconds_total: counter("Seconds in which the disk was busy.", "device"),
  node_vmstat_oom_kill: counter("Processes that the kernel killed for memory."),
  node_boot_time_seconds: gauge("When the host started, in Unix time."),
  node_time_seconds: gauge("The host's clock, in Unix time."),
};

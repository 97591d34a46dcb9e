/** Which process is meant: a number alone may belong to another one by now. */
import { readFile } from "node:fs/promises";

export interface StartedProcess {
  readonly pid: number;
  /** In the kernel's ticks. Tells the process from a later one that got the same number. */
  readonly startTime: string;
}

/** When a process was started, in the kernel's ticks; undefined when it is gone or only a zombie. */
export async function startTimeOf(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields?.[0] === "Z" ? undefined : fields?.[19];
}

export async function isRunning({ pid, startTime }: StartedProcess): Promise<boolean> {
  return (await startTimeOf(pid)) === startTime;
}

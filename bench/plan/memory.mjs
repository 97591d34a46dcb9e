/** Preloaded into a process: says at its end how much memory it had at most, in MiB, in the file that MEMORY names. */
import { writeFileSync } from "node:fs";

process.on("exit", () => writeFileSync(process.env.MEMORY, String(process.resourceUsage().maxRSS / 1024)));

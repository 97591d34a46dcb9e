/** Runs npm, again when the network fails. */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { Stop } from "./stop.mjs";

const networkFaults =
  /ECONNRESET|ECONNREFUSED|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENETUNREACH|ERR_SOCKET_TIMEOUT|EIDLETIMEOUT|E50[0234]|E429|network/i;
const pauses = [1000, 4000, 10_000];

/** @throws Stop `<what>: <npm's own words>; <remedy>` */
export async function npm(args, cwd, what, remedy) {
  for (let attempt = 0; ; attempt++) {
    const { code, output } = await run(args, cwd);
    if (code === 0) return;
    const words = reason(output);
    const again = networkFaults.test(output) && attempt < pauses.length;
    if (!again) throw new Stop(`${what}: ${words}; ${remedy}`);
    await sleep(pauses[attempt]);
  }
}

/** The npm that started this script, else the one on PATH. */
function run(args, cwd) {
  const own = process.env.npm_execpath;
  const isNpm = own !== undefined && /npm-cli\.[cm]?js$/.test(own);
  const [command, first] = isNpm ? [process.execPath, [own]] : ["npm", []];
  const all = [...first, ...args, "--no-audit", "--no-fund", "--loglevel=error"];
  return new Promise((resolve) => {
    const child = spawn(command, all, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", (error) => resolve({ code: 127, output: error.message }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** What npm says went wrong, in one line. */
export function reason(output) {
  const lines = output
    .split("\n")
    .map((line) => line.replace(/^npm (error|ERR!) ?/, "").trim())
    .filter((line) => line && !line.startsWith("A complete log") && !/^code \w+$/.test(line));
  return (lines[0] ?? "npm failed without a word").slice(0, 240);
}

/** How many attacks a WAF blocks and how many ordinary requests it lets pass, on the corpus beside this file. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { call, type Door } from "../../tests/e2e/edge/client.ts";

interface Sample {
  readonly name: string;
  readonly category?: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Score {
  readonly attacks: number;
  readonly blocked: number;
  readonly benign: number;
  readonly passed: number;
}

const read = async (file: string) =>
  JSON.parse(await readFile(join(import.meta.dirname, "corpus", file), "utf8")) as Sample[];

/** An attack counts as blocked when it is refused with 403; an ordinary request as passed when it is not. */
export async function score(door: Door): Promise<Score> {
  const [attacks, benign] = await Promise.all([read("attacks.json"), read("benign.json")]);
  const refused = async (samples: readonly Sample[]) => {
    let count = 0;
    for (const sample of samples) if ((await send(door, sample)) === 403) count++;
    return count;
  };
  return {
    attacks: attacks.length,
    blocked: await refused(attacks),
    benign: benign.length,
    passed: benign.length - (await refused(benign)),
  };
}

async function send(door: Door, { method, path, headers, body }: Sample): Promise<number> {
  const all = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64)", accept: "*/*", ...headers };
  const { status } = await call(door, path, { method, headers: all, ...(body !== undefined && { body }) });
  return status;
}

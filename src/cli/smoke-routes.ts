/** `atelier smoke`: asks every route of a deployed stack once, and says which do not answer as they should. */
import { Stop } from "../../bootstrap/stop.mjs";
import { ConfigError } from "../config/problem.ts";
import { durationOption } from "./duration-option.ts";
import { readOptions } from "./options.ts";
import { describeAnswers, ON_THIS_MACHINE, probesOf, smokeTest } from "./smoke.ts";
import { readSubject } from "./subject.ts";
import { formatTable } from "./table.ts";

const OPTIONS = {
  stack: { type: "string" },
  url: { type: "string" },
  patience: { type: "string" },
  "this-machine": { type: "boolean" },
} as const;

export async function runSmoke(rawArgs: readonly string[]): Promise<void> {
  const options = readOptions("smoke", OPTIONS, rawArgs);
  const { targets } = await import("../../stacks/targets.ts");
  const { app } = await readSubject({ stack: options.stack }, targets);
  const url = addressOf(options.url ?? `https://${app.edge.domain}`);
  const way = options["this-machine"] ? ON_THIS_MACHINE : { verify: true };
  const answers = await smokeTest(
    url,
    probesOf(app),
    durationOption("--patience", options.patience ?? "2m"),
    way,
  );
  process.stdout.write(
    `${formatTable(answers.map(({ path, got, ok }) => [ok ? "ok" : "no", path, String(got)]))}\n`,
  );
  const wrong = describeAnswers(answers);
  if (wrong !== undefined) throw new Stop(wrong);
}

function addressOf(written: string): string {
  const url = URL.parse(written);
  if (url?.protocol === "https:") return url.href;
  const what = `${JSON.stringify(written)} is no address that begins with https://`;
  throw new ConfigError([{ path: ["--url"], what, remedy: "write --url https://shop.example" }]);
}

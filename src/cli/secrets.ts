/** `atelier secrets`: makes, lists and sets the secrets of a stack's encrypted config. */
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { createProgress } from "../../bootstrap/progress.mjs";
import { Stop } from "../../bootstrap/stop.mjs";
import { projectFolder } from "../../engine/folders.ts";
import { type OpenEngine, openEngine } from "../../engine/open.ts";
import { ensureSeed, hasSecret, secretKey, seedKey, setSecret } from "../../engine/secrets.ts";
import { chosenStack, createStack } from "../../engine/stack.ts";
import { publishSecrets, secretKeys } from "../../engine/stack-file.ts";
import type { App } from "../config/model.ts";
import { appOfStack } from "./stack-app.ts";
import { formatTable } from "./table.ts";

interface StackOptions {
  readonly stack?: string | undefined;
}

interface InitOptions extends StackOptions {
  readonly placeholders?: boolean | undefined;
  readonly "stack-file"?: boolean | undefined;
}

interface SetOptions extends StackOptions {
  readonly name: string;
}

export async function runSecretsInit(args: InitOptions): Promise<void> {
  const { opened, stack } = await openStack(args.stack);
  const { seeded, placeholders } = await initSecrets(opened, stack, {
    placeholders: args.placeholders === true,
  });
  console.log(seeded ? `${seedKey} was made for ${stack}.` : `${stack} has its ${seedKey} already.`);
  if (placeholders.length > 0) console.log(placeholderNote(placeholders));
  if (args["stack-file"] && (await publishSecrets({ ...opened, stack }))) {
    console.log(`The secrets of ${stack} are in Pulumi.${stack}.yaml now, encrypted.`);
  }
}

export async function runSecretsList(args: StackOptions): Promise<void> {
  const { opened, stack } = await openStack(args.stack);
  const keys = await secretKeys({ ...opened, stack });
  const app = await appOfStack(opened.project, stack);
  console.log(formatTable(describeSecrets(app, keys), ""));
}

export async function runSecretsSet(args: SetOptions): Promise<void> {
  const { opened, stack } = await openStack(args.stack);
  const app = await appOfStack(opened.project, stack);
  checkName(app, args.name);
  await setSecret(opened, stack, secretKey(args.name), await readValue(args.name));
  console.log(`${args.name} is set for ${stack}; it takes effect with the next pulumi up.`);
}

async function openStack(wanted: string | undefined): Promise<{ opened: OpenEngine; stack: string }> {
  const project = await projectFolder(process.cwd());
  const opened = await openEngine({ project, env: process.env, progress: createProgress(process.stderr) });
  const stack = wanted ?? (await chosenStack(opened, [])) ?? "dev";
  await createStack(opened, stack);
  return { opened, stack };
}

/** Makes what is missing. Required secrets get a placeholder only when asked for; it says what it is, so that no
 * service takes it for a key.
 */
export async function initSecrets(
  opened: OpenEngine,
  stack: string,
  options: { readonly placeholders: boolean },
): Promise<{ seeded: boolean; placeholders: readonly string[] }> {
  const seeded = await ensureSeed(opened, stack);
  if (!options.placeholders) return { seeded, placeholders: [] };
  const app = await appOfStack(opened.project, stack);
  const given: string[] = [];
  for (const name of requiredSecrets(app)) {
    if (await hasSecret(opened, stack, secretKey(name))) continue;
    await setSecret(opened, stack, secretKey(name), `placeholder-not-a-real-${name.toLowerCase()}`);
    given.push(name);
  }
  return { seeded, placeholders: given };
}

export function placeholderNote(names: readonly string[]): string {
  const [first = ""] = names;
  return `${names.join(", ")}: placeholder, not a real value; set it with npx atelier secrets set ${first}`;
}

export function requiredSecrets(app: Pick<App, "secrets">): readonly string[] {
  return Object.entries(app.secrets).flatMap(([name, { source }]) => (source === "required" ? [name] : []));
}

/** Rows of name, origin and whether there is something to do. */
export function describeSecrets(app: Pick<App, "secrets">, keys: ReadonlySet<string>): readonly string[][] {
  const rows = Object.entries(app.secrets).map(([name, { source }]) => {
    if (source === "existing") return [name, "kept by the target", "not managed here"];
    if (source === "generate") return [name, "generated", keys.has(seedKey) ? "ready" : "needs the seed"];
    return [name, "required", keys.has(secretKey(name)) ? "set" : `missing: npx atelier secrets set ${name}`];
  });
  const seed = [seedKey, "seed", keys.has(seedKey) ? "set" : "missing: npx atelier secrets init"];
  return [["NAME", "SOURCE", "STATE"], seed, ...rows];
}

/** @throws Stop unless the app has a required secret of that name. */
export function checkName(app: Pick<App, "secrets">, name: string): void {
  const required = requiredSecrets(app);
  if (required.includes(name)) return;
  const known = app.secrets[name];
  if (known) throw new Stop(`${name} is not set by hand: app.yaml says ${known.source}; nothing to do`);
  throw new Stop(
    `app.yaml has no secret ${name}; allowed: ${required.join(", ") || "none, it has no required secret"}`,
  );
}

/** From a pipe, byte for byte, except for the one line break that a shell adds to a single line. */
export function fromPipe(text: string): string {
  const withoutLast = text.replace(/\r?\n$/, "");
  return withoutLast.includes("\n") ? text : withoutLast;
}

async function readValue(name: string): Promise<string> {
  const value = process.stdin.isTTY ? await ask(`${name}: `) : fromPipe(await readAll(process.stdin));
  if (value === "")
    throw new Stop(
      `${name}: no value was given; type it, or pipe it in: … | npx atelier secrets set ${name}`,
    );
  return value;
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

/** Asks on the terminal without showing what is typed. */
function ask(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
  return new Promise((resolve) => {
    reader.question("", (answer) => {
      reader.close();
      process.stderr.write("\n");
      resolve(answer);
    });
  });
}

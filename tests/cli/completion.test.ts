/** Completion in real shells: the printed script is loaded by bash, and by zsh and fish from Debian's packages, and asked
 * as a press of the key asks it.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { targets } from "../../stacks/targets.ts";
import { unpackedPackages } from "../helpers/packages.ts";
import { ROOT } from "../helpers/stack.ts";

let folder: string;
let env: NodeJS.ProcessEnv;

/** A project with stacks, and the program on the PATH. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-completion-"));
  await writeFile(
    join(folder, "Pulumi.prod.yaml"),
    "config: { atelier:environment: live, atelier:app: shop.yaml }\n",
  );
  await writeFile(join(folder, "Pulumi.dev.yaml"), "config: {}\n");
  await writeFile(join(folder, "shop.yaml"), "name: shop\nenvironments: { canary: {} }\n");
  await mkdir(join(folder, "bin"));
  const program = join(folder, "bin", "atelier");
  await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${ROOT}/bootstrap/atelier.mjs" "$@"\n`);
  await chmod(program, 0o755);
  env = { HOME: folder, PATH: `${join(folder, "bin")}:${dirname(process.execPath)}:${process.env.PATH}` };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const scripts = new Map<string, string>();

/** What is printed for a shell; printed once. */
function scriptOf(shell: string): string {
  const known = scripts.get(shell);
  if (known !== undefined) return known;
  const printed = execFileSync(process.execPath, [join(ROOT, "bootstrap/atelier.mjs"), "completion", shell], {
    cwd: folder,
    encoding: "utf8",
  });
  scripts.set(shell, printed);
  return printed;
}

/** What bash offers when the key is pressed at the end of these words, which it took apart at `=` before. */
async function inBash(...words: readonly string[]): Promise<string[]> {
  await writeFile(join(folder, "completion.bash"), scriptOf("bash"));
  const ask = `source completion.bash
source completion.bash
set -- $(complete -p atelier)
while [ "$1" != -F ]; do shift; done
COMP_WORDS=(${words.map(quoted).join(" ")})
COMP_CWORD=${words.length - 1}
"$2"
[ \${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' "\${COMPREPLY[@]}"
`;
  return answers("bash", ["--norc", "-c", ask]);
}

const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

function answers(shell: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): string[] {
  const { stdout, stderr, status } = spawnSync(shell, args, {
    cwd: folder,
    env: { ...env, ...more },
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const words = stdout.split("\n").map((line) => line.split("\t")[0]?.trim() ?? "");
  return words.filter((word) => word !== "");
}

describe("bash", { timeout: 120_000 }, () => {
  it("completes commands", async () => {
    expect(await inBash("atelier", "pl")).toEqual(["plan"]);
    expect(await inBash("atelier", "")).toEqual(
      expect.arrayContaining(["plan", "cost", "ci", "completion", "pulumi"]),
    );
  });

  it("completes what is below a command", async () => {
    expect(await inBash("atelier", "ci", "")).toEqual(["github", "gitlab", "variables", "pins"]);
    expect(await inBash("atelier", "ci", "gith")).toEqual(["github"]);
  });

  it("completes options", async () => {
    expect(await inBash("atelier", "plan", "--ag")).toEqual(["--against"]);
    expect(await inBash("atelier", "ci", "github", "--")).toEqual(
      expect.arrayContaining(["--previews", "--check", "--help"]),
    );
  });

  it("completes stacks, environments and targets as values", async () => {
    expect(await inBash("atelier", "plan", "--stack", "")).toEqual(["dev", "prod"]);
    expect(await inBash("atelier", "plan", "--stack", "pr")).toEqual(["prod"]);
    expect(await inBash("atelier", "cost", "--environment", "")).toEqual([
      "dev",
      "staging",
      "prod",
      "live",
      "canary",
    ]);
    expect(await inBash("atelier", "graph", "--target", "")).toEqual(Object.keys(targets));
  });

  it("completes values behind =", async () => {
    expect(await inBash("atelier", "plan", "--stack", "=", "p")).toEqual(["prod"]);
    expect(await inBash("atelier", "plan", "--stack", "=")).toEqual(["dev", "prod"]);
  });

  it("runs nothing of what was typed", async () => {
    await inBash("atelier", "plan", "$(touch hacked)", "`touch hacked`", "; touch hacked", "--st");
    expect(existsSync(join(folder, "hacked"))).toBe(false);
  });

  it("has nothing to say where anything may stand", async () => {
    expect(await inBash("atelier", "plan", "--against", "x")).toEqual([]);
    expect(await inBash("atelier", "nonsense", "x")).toEqual([]);
  });

  it("completes shells", async () => {
    expect(await inBash("atelier", "completion", "")).toEqual(["bash", "zsh", "fish"]);
  });
});

describe("fish", { timeout: 300_000 }, () => {
  it("completes commands, options and values", async () => {
    const root = unpackedPackages("fish", ["fish", "fish-common", "libpcre2-32-0"]);
    const libraries = readdirSync(join(root, "usr/lib")).map((name) => join(root, "usr/lib", name));
    await writeFile(join(folder, "completion.fish"), scriptOf("fish"));
    const ask = (line: string) =>
      answers(
        join(root, "usr/bin/fish"),
        ["--no-config", "-c", `source completion.fish; complete -C ${quoted(line)}`],
        {
          LD_LIBRARY_PATH: libraries.join(":"),
        },
      );
    expect(ask("atelier pla")).toEqual(["plan"]);
    expect(ask("atelier ci git")).toEqual(["github", "gitlab"]);
    expect(ask("atelier plan --agai")).toEqual(["--against"]);
    expect(ask("atelier plan --stack ")).toEqual(["dev", "prod"]);
  });
});

describe("zsh", { timeout: 300_000 }, () => {
  it("completes commands, options and values", async () => {
    const root = unpackedPackages("zsh", ["zsh", "zsh-common"]);
    await writeFile(join(folder, "completion.zsh"), scriptOf("zsh"));
    // What the line editor gives to a completion function, and the one builtin that shows what it found.
    const ask = (words: readonly string[]) =>
      answers(join(root, "bin/zsh"), [
        "-f",
        "-c",
        `module_path=(${root}/usr/lib/*/zsh/*)
compdef() { :; }
_describe() { print -l -- "\${(@P)2}" }
compadd() { :; }
_arguments() { :; }
source ./completion.zsh
words=(${words.map(quoted).join(" ")}); CURRENT=${words.length}
_atelier`,
      ]).map((line) => line.split(":")[0] ?? "");
    expect(ask(["atelier", "pla"])).toEqual(["plan"]);
    expect(ask(["atelier", "ci", "git"])).toEqual(["github", "gitlab"]);
    expect(ask(["atelier", "plan", "--agai"])).toEqual(["--against"]);
    expect(ask(["atelier", "plan", "--stack", "pr"])).toEqual(["prod"]);
  });
});

describe("scripts", { timeout: 120_000 }, () => {
  it.each(["bash", "zsh", "fish"])(
    "for %s call the program that npm put beside a project, where there is no other",
    (shell) => {
      expect(scriptOf(shell)).toContain("npx --no-install atelier");
    },
  );

  it("are refused for other shells", () => {
    const program = join(ROOT, "bootstrap/atelier.mjs");
    const { status, stderr } = spawnSync(process.execPath, [program, "completion", "tcsh"], {
      encoding: "utf8",
    });
    expect(status).toBe(1);
    expect(stderr).toBe(
      "atelier completion: there is no completion for tcsh; allowed: bash, zsh, fish; name one of them\n",
    );
  });
});

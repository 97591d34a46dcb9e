/** `atelier completion`: a script that completes commands, options and their values in a shell. */
import { RootCommand } from "@bomb.sh/tab";
import { ConfigError } from "../config/problem.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;

export function runCompletion(shell: string): void {
  if (!(SHELLS as readonly string[]).includes(shell)) {
    const what = `there is no completion for ${shell}`;
    throw new ConfigError([
      { path: ["atelier completion"], what, allowed: SHELLS.join(", "), remedy: "name one of them" },
    ]);
  }
  const known = shell as (typeof SHELLS)[number];
  process.stdout.write(WHERE[known]);
  // Each script asks `atelier complete -- WORDS` at each press of the key.
  if (known === "bash") process.stdout.write(BASH);
  else new RootCommand().setup("atelier", "atelier", known);
}

/** Where npm put the command beside a project, the shell does not find it by its name alone. */
const POSIX = 'command -v atelier > /dev/null || atelier() { npx --no-install atelier "$@"; }\n';
const WHERE = {
  bash: POSIX,
  zsh: POSIX,
  fish: "command -q atelier; or function atelier; npx --no-install atelier $argv; end\n",
} as const satisfies Record<(typeof SHELLS)[number], string>;

/** The library's own script for bash needs the package bash-completion, and evaluates what was typed. bash takes words
 * apart at `=`, so they are put together again before; what is answered stands behind it.
 */
const BASH = `_atelier() {
  local word line words=() glue=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [ "$word" = "=" ] || [ -n "$glue" ]; then
      words[\${#words[@]}-1]+="$word"
    else
      words+=("$word")
    fi
    if [ "$word" = "=" ]; then glue=yes; else glue=""; fi
  done
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      :*) ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(atelier complete -- "\${words[@]}" 2> /dev/null)
}
complete -o default -F _atelier atelier
`;

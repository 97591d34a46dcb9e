/** What a Dockerfile trusts without proof, and what it gives away. */
import { namesSecret, plainSecrets, type Variable } from "../secret-like.ts";
import { commands, instructions, program } from "./looks.ts";
import type { Dockerfile, Instruction } from "./parse.ts";

/** Option of a program that takes its connections' proof away. */
const UNCHECKED: readonly (readonly [programs: RegExp, option: RegExp])[] = [
  [/^curl$/, /^(-[a-zA-Z]*k[a-zA-Z]*|--insecure|--proxy-insecure)$/],
  [/^wget$/, /^--no-check-certificate$/],
  [/^(pip3?|python3?|uv)$/, /^--trusted-host(=|$)/],
  [/^(npm|yarn|pnpm)$/, /^(--strict-ssl=false|--no-strict-ssl)$/],
  [/^(yum|dnf|tdnf|microdnf|yum-config-manager|dnf-config-manager)$/, /sslverify=(0|false|no)/i],
  [/^git$/, /^http\.sslverify=(false|0)$/i],
];

export function uncheckedCommands(file: Dockerfile): string[] {
  return commands((words) => {
    const option = UNCHECKED.filter(([name]) => name.test(program(words))).flatMap(
      ([, form]) => words.find((word) => form.test(word)) ?? [],
    );
    const set =
      /^(npm|yarn|pnpm|git)$/.test(program(words)) &&
      /\bconfig\b.*\b(strict-ssl|http\.sslverify)[ =](false|0)/i.test(words.join(" "));
    const echoed = /sslverify\s*=\s*(0|false|no)/i.exec(words.join(" "))?.[0];
    const found =
      option[0] ?? (set ? words.slice(1).join(" ") : program(words) === "echo" ? echoed : undefined);
    return found === undefined ? undefined : `${program(words)} ${found}`;
  })(file);
}

const LOOSE: readonly (readonly [name: string, value: RegExp])[] = [
  ["PYTHONHTTPSVERIFY", /^0$/],
  ["NODE_TLS_REJECT_UNAUTHORIZED", /^0$/],
  ["NPM_CONFIG_STRICT_SSL", /^false$/i],
  ["npm_config_strict_ssl", /^false$/i],
  ["GIT_SSL_NO_VERIFY", /./],
  ["PIP_TRUSTED_HOST", /./],
];

export function uncheckedVariables(file: Dockerfile): string[] {
  const say = (one: Instruction) => {
    const loose = variablesOf(one).find(([name, value]) =>
      LOOSE.some(([known, form]) => known === name && form.test(value)),
    );
    return loose && `${loose[0]} is set`;
  };
  const exported = ({ text }: Instruction) => {
    const found = LOOSE.find(([name, form]) =>
      form.test(new RegExp(`\\b${name}=["']?([^\\s"';&|]+)`).exec(text)?.[1] ?? ""),
    );
    return found && `${found[0]} is set`;
  };
  return [
    ...instructions("ENV", say)(file),
    ...instructions("ARG", say)(file),
    ...instructions("RUN", exported)(file),
  ];
}

/** `ENV A=b C="d e"`, `ENV A b`, `ARG A=b`. */
function variablesOf({ text }: Instruction): Variable[] {
  const pairs = [...text.matchAll(/([A-Za-z_]\w*)=("(?:\\.|[^"])*"|'[^']*'|\S*)/g)];
  if (pairs.length > 0)
    return pairs.map(([, name = "", value = ""]) => [name, value.replace(/^(["'])(.*)\1$/, "$2")]);
  const [name = "", ...value] = text.split(/\s+/);
  return [[name, value.join(" ")]];
}

export function unsigned(words: readonly string[]): string | undefined {
  const forms: Readonly<Record<string, RegExp>> = {
    "apt-get": /^--(allow-unauthenticated|force-yes)$/,
    apt: /^--(allow-unauthenticated|force-yes)$/,
    apk: /^--allow-untrusted$/,
    dnf: /^--nogpgcheck$/,
    tdnf: /^--nogpgcheck$/,
    yum: /^--nogpgcheck$/,
    microdnf: /^--nogpgcheck$/,
    rpm: /^--(nodigest|nosignature|noverify|nofiledigest)$/,
  };
  const found = words.find((word) => forms[program(words)]?.test(word));
  return found && `${program(words)} ${found}`;
}

/** A build argument of that name has no harmless use, with a value or without; a copied file by its name. */
export function builtIn(file: Dockerfile): string[] {
  const variable = (one: Instruction) => {
    for (const [name, value] of variablesOf(one)) {
      if (one.keyword === "ARG" && namesSecret(name))
        return `${name} is a build argument, which the image's history keeps`;
      const [why] = value.startsWith("$") ? [] : plainSecrets([[name, value]]);
      if (why) return why;
    }
    return undefined;
  };
  const copied = ({ words }: Instruction) =>
    words.find(
      (word) =>
        /(^|\/)(\.env(\.\w+)?|id_(rsa|ed25519)|\.npmrc|\.netrc|\.pypirc|credentials(\.json)?|[\w-]+\.(pem|p12|pfx|key))$/.test(
          word,
        ) && !/\.(example|sample|template)$/.test(word),
    );
  const fileOf = (one: Instruction) => {
    const found = one.flags.from === undefined ? copied(one) : undefined;
    return found && `${one.keyword} ${found}`;
  };
  return [
    ...instructions("ENV", variable)(file),
    ...instructions("ARG", variable)(file),
    ...instructions("COPY", fileOf)(file),
    ...instructions("ADD", fileOf)(file),
  ];
}

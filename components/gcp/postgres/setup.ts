/** The setup job: a container on the VPC that tells the database its roles, grants, extensions and init files.
 *
 * A provider that connects to the database would need a way in from wherever `up` runs; the address is private. A
 * job is there only while it runs, and the engine waits until it has succeeded.
 */
import { createHash } from "node:crypto";
import { Job, type JobArgs } from "@pulumi/gcp/cloudrunv2/job.js";
import { Account } from "@pulumi/gcp/serviceaccount/account.js";
import type { DatabaseInstance } from "@pulumi/gcp/sql/databaseInstance.js";
import { all, type Output, type Resource } from "@pulumi/pulumi";
import {
  ADMIN,
  databaseOf,
  grantSql,
  IS_NEW_SQL,
  initFiles,
  loginsOf,
  PORT,
  prepareSql,
  setupSteps,
} from "../../data/postgres/setup.ts";
import { homeOf, labelsOf } from "../deployment.ts";
import type { GcpSecret } from "../handles.ts";
import { nameOf } from "../names.ts";
import type { PostgresArgs } from "./instance.ts";

/** psql of one version knows every server up to it. */
const IMAGE = "docker.io/library/postgres:18.1-bookworm";
const FOLDER = "/atelier";
/** Secret Manager takes 64 KiB per version. */
const MOST_BYTES = 60_000;

export interface SetupPrograms {
  readonly primary: DatabaseInstance;
  /** The administrator's login and the database itself. */
  readonly dependsOn: readonly Resource[];
}

/** Resolves when roles and grants are as the app says. */
export function createSetup(
  parent: Resource,
  name: string,
  args: PostgresArgs,
  programs: SetupPrograms,
): Job {
  const { deployment } = args;
  const jobName = nameOf(deployment.app, "run", name, "setup");
  const account = createAccount(parent, name, args);
  const script = storeScript(name, args, programs.primary);
  const init = storeInit(name, args);
  const admin = args.secrets.password(`${name}/${ADMIN}`);
  const secrets = [script, admin, ...init.map(({ secret }) => secret)];
  const readable = secrets.map((secret) => secret.readers(account.member, `${name}-setup`));
  return new Job(jobName, describeJob(jobName, name, args, { account, script, init, admin, ...programs }), {
    parent,
    dependsOn: [...programs.dependsOn, ...readable, ...args.network.ready],
  });
}

function createAccount(parent: Resource, name: string, { deployment }: PostgresArgs): Account {
  const accountId = nameOf(deployment.app, "serviceAccount", name, "setup");
  return new Account(accountId, { accountId, displayName: `Setup of the database ${name}` }, { parent });
}

interface JobParts {
  readonly account: Account;
  readonly primary: DatabaseInstance;
  readonly script: GcpSecret;
  readonly init: readonly Part[];
  readonly admin: GcpSecret;
}

function describeJob(jobName: string, name: string, args: PostgresArgs, parts: JobParts): JobArgs {
  const { deployment, network } = args;
  const { account, primary, script, init, admin } = parts;
  const region = homeOf(deployment);
  const mounts = [{ folder: "setup", secret: script }, ...init];
  return {
    name: jobName,
    location: region,
    deletionProtection: false,
    runExecutionToken: tokenOf([script, admin, ...init.map(({ secret }) => secret)]),
    labels: labelsOf(deployment),
    template: {
      taskCount: 1,
      template: {
        serviceAccount: account.email,
        executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
        // Every statement may run again.
        maxRetries: 2,
        timeout: "900s",
        vpcAccess: {
          egress: "PRIVATE_RANGES_ONLY",
          networkInterfaces: [
            { network: network.id, subnetwork: network.subnet(region), tags: [network.tag(`${name}-setup`)] },
          ],
        },
        containers: [
          {
            image: IMAGE,
            commands: ["sh", `${FOLDER}/setup/part`],
            resources: { limits: { cpu: "1", memory: "512Mi" } },
            envs: [
              { name: "PGHOST", value: primary.privateIpAddress },
              { name: "PGPORT", value: String(PORT) },
              { name: "PGUSER", value: ADMIN },
              { name: "PGSSLMODE", value: "require" },
              { name: "PGCONNECT_TIMEOUT", value: "10" },
              {
                name: "PGPASSWORD",
                valueSource: { secretKeyRef: { secret: admin.secret, version: admin.version } },
              },
            ],
            volumeMounts: mounts.map(({ folder }) => ({ name: folder, mountPath: `${FOLDER}/${folder}` })),
          },
        ],
        volumes: mounts.map(({ folder, secret }) => ({
          name: folder,
          secret: { secret: secret.secret, items: [{ path: "part", version: secret.version }] },
        })),
      },
    },
  };
}

/** Another one whenever anything that the job says has changed, also back to what it once was: the secrets' versions
 * only count up, and the script names the instance. With the job's name it stays below Google's 63 characters.
 */
function tokenOf(secrets: readonly GcpSecret[]): Output<string> {
  return all(secrets.map(({ reference }) => reference)).apply((references) =>
    createHash("sha256").update(references.join()).digest("hex").slice(0, 10),
  );
}

/** All that the job runs, passwords as verifiers: still nobody's business but the job's. */
function storeScript(name: string, args: PostgresArgs, primary: DatabaseInstance): GcpSecret {
  const { spec, secrets } = args;
  const roles = Object.keys(args.consumers);
  const passwords = all(roles.map((role) => secrets.password(`${name}/${role}`).value));
  const script = all([passwords, primary.name]).apply(([values, instance]) => {
    const logins = loginsOf(name, args, (role) => values[roles.indexOf(role)] ?? "");
    const prepare = prepareSql({
      database: databaseOf(name),
      logins,
      extensions: [...spec.extensions, "pgaudit"],
      managed: true,
    });
    return setupScript({ name, instance, prepare, init: Object.keys(initFiles(spec.init)) });
  });
  return secrets.store(`${name}/setup`, script);
}

interface ScriptOptions {
  readonly name: string;
  readonly instance: string;
  readonly prepare: string;
  readonly init: readonly string[];
}

/** The network of a new instance takes a while to answer, so the script first waits for the database. */
export function setupScript({ name, instance, prepare, init }: ScriptOptions): string {
  const steps = setupSteps(databaseOf(name), {
    prepare: "/tmp/prepare.sql",
    grants: "/tmp/grants.sql",
    isNew: "/tmp/is-new.sql",
    init: init.map((file) => `/tmp/${file}`),
  });
  const gathered = init
    .map((file, index) => `cat ${FOLDER}/init-${index + 1}-*/part > /tmp/${file}\n`)
    .join("");
  return `set -eu
umask 077
# ${instance}, ${IMAGE}
${here("/tmp/prepare.sql", prepare)}${here("/tmp/grants.sql", grantSql({ exporter: false }))}${here("/tmp/is-new.sql", IS_NEW_SQL)}${gathered}tries=0
until pg_isready -q; do
  tries=$((tries + 1))
  if [ "$tries" -ge 60 ]; then echo "The database $PGHOST does not answer." >&2; exit 1; fi
  sleep 2
done
${steps}`;
}

/** Writes a file from within the script; the last line is a checksum that the text can't hold. */
function here(path: string, text: string): string {
  const end = `END_${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
  return `cat > ${path} <<'${end}'\n${text}${text.endsWith("\n") ? "" : "\n"}${end}\n`;
}

interface Part {
  readonly folder: string;
  readonly secret: GcpSecret;
}

/** Init files in pieces that Secret Manager takes; the shell's `*` puts them in order again. */
function storeInit(name: string, { spec, secrets }: PostgresArgs): Part[] {
  return Object.values(initFiles(spec.init)).flatMap((text, file) =>
    pieces(text || "\n", MOST_BYTES).map((piece, index) => {
      const number = `${file + 1}-${String(index + 1).padStart(3, "0")}`;
      return { folder: `init-${number}`, secret: secrets.store(`${name}/init/${number}`, piece) };
    }),
  );
}

/** Cut between characters. */
export function pieces(text: string, most: number): string[] {
  const bytes = Buffer.from(text);
  const cut: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    let end = Math.min(start + most, bytes.length);
    while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
    cut.push(bytes.subarray(start, end).toString());
    start = end;
  }
  return cut;
}

/** What Checkov (CKV) and Trivy (GCP-) look for on Google Cloud, asked of everything that production registers: the app
 * that uses all there is, on both targets. docs/security-google.md says what is not asked here, and why.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { GOOGLE_TARGETS, type GoogleTarget, runWide } from "../helpers/google-stack.ts";
import type { Json, Registered } from "../helpers/program.ts";
import { ROOT } from "../helpers/stack.ts";

type Inputs = Registered["inputs"];

interface Check {
  readonly ids: readonly string[];
  readonly asks: string;
  /** Of the provider's types, without `gcp:`. */
  readonly type: string;
  readonly holds: (inputs: Inputs, name: string) => boolean;
  /** The other target has nothing of the kind. */
  readonly on?: GoogleTarget;
  /** Only with a customer's key. */
  readonly keyed?: true;
}

const map = (value: Json | undefined): { [key: string]: Json } =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");

const KEY = "projects/acme-prod/locations/us-central1/keyRings/main/cryptoKeys/data";
const FIREWALL = "compute/firewall:Firewall";
const TEMPLATE = "compute/regionInstanceTemplate:RegionInstanceTemplate";
const SQL = "sql/databaseInstance:DatabaseInstance";
const BUCKET = "storage/bucket:Bucket";
const SUBNET = "compute/subnetwork:Subnetwork";

const arrives = ({ direction }: Inputs) => direction !== "EGRESS";
const anywhere = (ranges: Json | undefined) =>
  list(ranges).some((range) => range === "0.0.0.0/0" || range === "::/0");
const allowed = ({ allows }: Inputs) => list(allows).map(map);
const portsOf = (inputs: Inputs) => allowed(inputs).flatMap(({ ports }) => list(ports).map(text));
const metadata = (key: string, value: string) => (inputs: Inputs) => map(inputs.metadata)[key] === value;
const shielded = (key: string) => (inputs: Inputs) => map(inputs.shieldedInstanceConfig)[key] === true;
const settings = ({ settings: inner }: Inputs) => map(inner);
const primary = ({ instanceType }: Inputs) => instanceType !== "READ_REPLICA_INSTANCE";
const flag =
  (name: string, ...values: readonly string[]) =>
  (inputs: Inputs) =>
    list(settings(inputs).databaseFlags).some(
      (each) => map(each).name === name && values.includes(text(map(each).value)),
    );
/** Whoever keeps records of accesses keeps none of its own; Grafana's folder is made from the app. */
const ownRecords = (name: string) => name.endsWith("-logs") || name.endsWith("-grafana");

const onTemplate = (
  ids: readonly string[],
  asks: string,
  holds: Check["holds"],
  more: Partial<Check> = {},
): Check => ({ ids, asks, type: TEMPLATE, holds, on: "gcp-compute", ...more });
const onSql = (ids: readonly string[], asks: string, holds: Check["holds"]): Check => ({
  ids,
  asks,
  type: SQL,
  holds,
});
const onFlag = (ids: readonly string[], name: string, ...values: readonly string[]): Check =>
  onSql(ids, `${name} is ${values.join(" or ")}`, flag(name, ...values));

const CHECKS: readonly Check[] = [
  {
    ids: ["CKV2_GCP_2", "CKV2_GCP_18", "GCP-0073"],
    asks: "a network of our own, without subnets and rules that come by themselves",
    type: "compute/network:Network",
    holds: ({ autoCreateSubnetworks, name }) => autoCreateSubnetworks === false && name !== "default",
  },
  {
    ids: ["CKV_GCP_26", "GCP-0029", "GCP-0076"],
    asks: "flow logs",
    type: SUBNET,
    holds: ({ logConfig }) => map(logConfig).metadata === "INCLUDE_ALL_METADATA",
  },
  {
    ids: ["CKV_GCP_74", "GCP-0075"],
    asks: "private access to Google",
    type: SUBNET,
    holds: ({ privateIpGoogleAccess }) => privateIpGoogleAccess === true,
  },
  {
    ids: ["CKV_GCP_76"],
    asks: "no addresses of IPv6",
    type: SUBNET,
    holds: ({ stackType }) => stackType === "IPV4_ONLY",
  },
  {
    ids: ["CKV_GCP_2", "CKV_GCP_3", "CKV_GCP_106", "CKV2_GCP_12", "GCP-0027", "GCP-0070", "GCP-0071"],
    asks: "nothing arrives from everywhere",
    type: FIREWALL,
    holds: (inputs) => !arrives(inputs) || !anywhere(inputs.sourceRanges),
  },
  {
    ids: ["GCP-0035"],
    asks: "nothing may leave for everywhere",
    type: FIREWALL,
    holds: (inputs) => arrives(inputs) || allowed(inputs).length === 0 || !anywhere(inputs.destinationRanges),
  },
  {
    ids: ["GCP-0072", "GCP-0074"],
    asks: "single ports",
    type: FIREWALL,
    holds: (inputs) =>
      allowed(inputs).every(({ protocol, ports }) => protocol === "tcp" && list(ports).length > 0) &&
      portsOf(inputs).every((port) => /^\d+$/.test(port)),
  },
  onTemplate(
    ["CKV_GCP_30", "CKV_GCP_31", "GCP-0044"],
    "an account of the service's own",
    ({ serviceAccount }) => /^wide-prod-.*@acme-prod\.iam\./.test(text(map(serviceAccount).email)),
  ),
  onTemplate(
    ["CKV_GCP_32", "GCP-0030"],
    "no keys of the project",
    metadata("block-project-ssh-keys", "TRUE"),
  ),
  onTemplate(["CKV_GCP_34", "GCP-0036"], "OS Login", metadata("enable-oslogin", "TRUE")),
  onTemplate(["CKV_GCP_35", "GCP-0032"], "no serial port", metadata("serial-port-enable", "FALSE")),
  onTemplate(["CKV_GCP_36", "GCP-0043"], "no forwarding", ({ canIpForward }) => canIpForward === false),
  onTemplate(["CKV_GCP_39", "GCP-0041"], "a virtual TPM", shielded("enableVtpm")),
  onTemplate(["CKV_GCP_39", "GCP-0045"], "watched integrity", shielded("enableIntegrityMonitoring")),
  onTemplate(["CKV_GCP_39", "GCP-0067"], "secure boot", shielded("enableSecureBoot")),
  onTemplate(["CKV_GCP_40", "GCP-0031"], "no public address", ({ networkInterfaces }) =>
    list(networkInterfaces).every((each) => !("accessConfigs" in map(each))),
  ),
  onTemplate(
    ["CKV_GCP_37", "CKV_GCP_38", "GCP-0033"],
    "the customer's key",
    ({ disks }) => list(disks).every((disk) => map(map(disk).diskEncryptionKey).kmsKeySelfLink === KEY),
    { keyed: true },
  ),
  onTemplate(["GCP-0037"], "no key in plain", (inputs) => !JSON.stringify(inputs.disks).includes("rawKey")),
  {
    ids: ["CKV2_GCP_37"],
    asks: "regional rules are internal",
    type: "compute/forwardingRule:ForwardingRule",
    holds: ({ loadBalancingScheme }) => loadBalancingScheme === "INTERNAL",
    on: "gcp-compute",
  },
  {
    ids: ["CKV2_GCP_38"],
    asks: "the new load balancer",
    type: "compute/globalForwardingRule:GlobalForwardingRule",
    holds: ({ loadBalancingScheme }) => loadBalancingScheme === "EXTERNAL_MANAGED",
  },
  {
    ids: ["CKV_GCP_4", "GCP-0039"],
    asks: "TLS from 1.2 and strong ciphers",
    type: "compute/sSLPolicy:SSLPolicy",
    holds: ({ minTlsVersion, profile }) => minTlsVersion === "TLS_1_2" && profile === "RESTRICTED",
  },
  {
    ids: ["CKV_GCP_73"],
    asks: "Log4j lookups are stopped",
    type: "compute/securityPolicy:SecurityPolicy",
    holds: ({ type, rules }) =>
      type === "CLOUD_ARMOR_EDGE" ||
      list(rules).some(
        (rule) =>
          map(rule).action === "deny(403)" &&
          map(rule).preview === false &&
          text(map(map(map(rule).match).expr).expression) === "evaluatePreconfiguredWaf('cve-canary')",
      ),
  },
  onFlag(["CKV2_GCP_13"], "log_duration", "on"),
  onFlag(["CKV2_GCP_14"], "log_executor_stats", "off"),
  onFlag(["CKV2_GCP_15"], "log_parser_stats", "off"),
  onFlag(["CKV2_GCP_16"], "log_planner_stats", "off"),
  onFlag(["CKV2_GCP_17"], "log_statement_stats", "off"),
  onFlag(["CKV_GCP_51", "GCP-0025"], "log_checkpoints", "on"),
  onFlag(["CKV_GCP_52", "GCP-0016"], "log_connections", "on"),
  onFlag(["CKV_GCP_53", "GCP-0022"], "log_disconnections", "on"),
  onFlag(["CKV_GCP_54", "GCP-0020"], "log_lock_waits", "on"),
  onFlag(["CKV_GCP_55", "GCP-0018"], "log_min_messages", "warning", "error"),
  onFlag(["CKV_GCP_56", "GCP-0014"], "log_temp_files", "0"),
  onFlag(["CKV_GCP_57", "GCP-0021"], "log_min_duration_statement", "-1"),
  onFlag(["CKV_GCP_108"], "log_hostname", "on"),
  onFlag(["CKV_GCP_109"], "log_min_error_statement", "error"),
  onFlag(["CKV_GCP_110"], "cloudsql.enable_pgaudit", "on"),
  onFlag(["CKV_GCP_111"], "log_statement", "ddl", "mod", "all"),
  onSql(
    ["CKV_GCP_6", "GCP-0015"],
    "TLS alone",
    (inputs) => map(settings(inputs).ipConfiguration).sslMode === "ENCRYPTED_ONLY",
  ),
  onSql(
    ["CKV_GCP_11", "CKV_GCP_60", "GCP-0017"],
    "no public address and nobody authorised from outside",
    (inputs) => {
      const { ipv4Enabled, authorizedNetworks } = map(settings(inputs).ipConfiguration);
      return ipv4Enabled === false && authorizedNetworks === undefined;
    },
  ),
  onSql(
    ["CKV_GCP_14", "GCP-0024"],
    "backups",
    (inputs) => !primary(inputs) || map(settings(inputs).backupConfiguration).enabled === true,
  ),
  {
    ids: ["CKV_GCP_95"],
    asks: "a password",
    type: "redis/instance:Instance",
    holds: ({ authEnabled }) => authEnabled === true,
  },
  {
    ids: ["CKV_GCP_97"],
    asks: "TLS",
    type: "redis/instance:Instance",
    holds: ({ transitEncryptionMode }) => transitEncryptionMode === "SERVER_AUTHENTICATION",
  },
  {
    ids: ["CKV_GCP_28", "GCP-0001"],
    asks: "no object for everybody",
    type: "storage/bucketIAMMember:BucketIAMMember",
    holds: ({ member }) => !text(member).startsWith("all"),
  },
  {
    ids: ["CKV_GCP_29", "GCP-0002"],
    asks: "one access for all objects",
    type: BUCKET,
    holds: ({ uniformBucketLevelAccess }) => uniformBucketLevelAccess === true,
  },
  {
    ids: ["CKV_GCP_114", "gcp-storage-bucket-enforce-public-access-prevention"],
    asks: "closed to the public",
    type: BUCKET,
    holds: ({ publicAccessPrevention }) => publicAccessPrevention === "enforced",
  },
  {
    ids: ["CKV_GCP_62", "CKV_GCP_63", "GCP-0077"],
    asks: "a record of accesses, elsewhere",
    type: BUCKET,
    holds: ({ logging, name: own }, name) =>
      ownRecords(name) || (text(map(logging).logBucket) !== "" && map(logging).logBucket !== own),
  },
  {
    ids: ["CKV_GCP_78", "GCP-0078"],
    asks: "versions, or a week in which what was deleted comes back",
    type: BUCKET,
    holds: ({ versioning, softDeletePolicy }) =>
      map(versioning).enabled === true || Number(map(softDeletePolicy).retentionDurationSeconds) >= 604_800,
  },
  {
    ids: ["GCP-0066"],
    asks: "the customer's key",
    type: BUCKET,
    holds: ({ encryption }, name) => ownRecords(name) || map(encryption).defaultKmsKeyName === KEY,
    keyed: true,
  },
  {
    ids: ["CKV_GCP_84"],
    asks: "the customer's key",
    type: "artifactregistry/repository:Repository",
    holds: ({ kmsKeyName }) => kmsKeyName === KEY,
    keyed: true,
  },
  {
    ids: ["CKV_GCP_101"],
    asks: "images for named accounts alone",
    type: "artifactregistry/repositoryIamMember:RepositoryIamMember",
    holds: ({ member }) => text(member).startsWith("serviceAccount:"),
  },
  {
    ids: ["CKV_GCP_42", "CKV_GCP_117", "GCP-0007"],
    asks: "no basic role, and none that administers the project",
    type: "projects/iAMMember:IAMMember",
    holds: ({ role }) =>
      !/^roles\/(owner|editor|viewer)$/.test(text(role)) &&
      (role === "roles/firebaseauth.admin" || !/[aA]dmin$/.test(text(role))),
  },
  {
    ids: ["CKV_GCP_41", "CKV_GCP_49", "GCP-0011"],
    asks: "nobody acts as every account of the project",
    type: "projects/iAMMember:IAMMember",
    holds: ({ role }) => !/^roles\/iam\./.test(text(role)),
  },
  {
    ids: ["CKV_GCP_46", "GCP-0006"],
    asks: "no role for the default accounts",
    type: "projects/iAMMember:IAMMember",
    holds: ({ member }) =>
      !/-compute@developer\.gserviceaccount\.com|@appspot\.gserviceaccount\.com/.test(text(member)),
  },
  {
    ids: ["GCP-0003"],
    asks: "no role for a single person",
    type: "projects/iAMMember:IAMMember",
    holds: ({ member }) => !text(member).startsWith("user:"),
  },
  {
    ids: ["GCP-0068"],
    asks: "a condition on whose tokens are taken",
    type: "iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
    holds: ({ attributeCondition }) => text(attributeCondition).includes("assertion.repository == "),
  },
  {
    ids: ["CKV_GCP_16", "GCP-0013"],
    asks: "public zones are signed",
    type: "dns/managedZone:ManagedZone",
    holds: ({ visibility, dnssecConfig }) => visibility === "private" || map(dnssecConfig).state === "on",
  },
  {
    ids: ["CKV_GCP_17", "GCP-0012"],
    asks: "not with SHA-1",
    type: "dns/managedZone:ManagedZone",
    holds: (inputs) => !JSON.stringify(inputs).includes("rsasha1"),
  },
  {
    ids: ["CKV2_GCP_6", "CKV_GCP_112"],
    asks: "keys for Google's own accounts alone",
    type: "kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
    holds: ({ member }) => /^serviceAccount:service-\d+@/.test(text(member)),
    keyed: true,
  },
];

/** Ids that no resource can break, because nothing of the type is made. */
const NEVER_MADE: readonly (readonly [id: string, type: RegExp])[] = [
  ["CKV2_GCP_3", /serviceaccount\/key:Key/],
  ["CKV_GCP_43", /kms\/cryptoKey:CryptoKey/],
  ["CKV_GCP_82", /kms\/cryptoKey:CryptoKey/],
  ["GCP-0065", /kms\/cryptoKey:CryptoKey/],
  ["GCP-0010", /organizations\/project:Project/],
];

describe.each(GOOGLE_TARGETS)("production on %s passes", (target) => {
  let plain: readonly Registered[];
  let keyed: readonly Registered[];

  beforeAll(async () => {
    const limit = Error.stackTraceLimit;
    // Nobody reads the traces that the SDK takes of every promise, and they are most of the time.
    Error.stackTraceLimit = 0;
    const dns = { zone: "acme", create: true };
    plain = (await runWide(target, { settings: { dns } })).resources;
    const overrides = { "data.db.replicas": 0 };
    keyed = (await runWide(target, { settings: { dns, encryptionKey: KEY }, overrides })).resources;
    Error.stackTraceLimit = limit;
  }, 60_000);

  it.each(CHECKS.filter(({ on = target }) => on === target))(
    "$ids: $asks",
    ({ type, holds, keyed: only }) => {
      const ofType = (resources: readonly Registered[]) =>
        resources.filter((one) => one.type === `gcp:${type}`);
      const asked = [...(only ? [] : ofType(plain)), ...ofType(keyed)];
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.filter(({ inputs, name }) => !holds(inputs, name)).map(({ name }) => name)).toEqual([]);
    },
  );

  it.each(NEVER_MADE)("%s: nothing of the kind is made", (_, type) => {
    expect([...plain, ...keyed].filter((one) => type.test(one.type))).toEqual([]);
  });
});

describe("docs/security-google.md", () => {
  const rows = readFileSync(join(ROOT, "docs/security-google.md"), "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, ids = "", what = "", answer = ""] = /^\| (.+?) \| (.+?) \| (.+) \|$/.exec(line) ?? [];
      return /CKV|GCP-|gcp-/.test(ids) ? [{ ids: ids.split(", "), what, answer }] : [];
    });
  const ids = rows.flatMap((row) => row.ids);

  it("answers each id once", () => {
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(rows.filter(({ answer }) => !/^(Satisfied|Not applicable|Waived): /.test(answer))).toEqual([]);
  });

  it("calls satisfied what is asked here, and nothing else", () => {
    const satisfied = rows.flatMap((row) => (row.answer.startsWith("Satisfied") ? row.ids : []));
    const asked = [...CHECKS.flatMap((check) => check.ids), ...NEVER_MADE.map(([id]) => id)];
    const never = NEVER_MADE.map(([id]) => id).filter((id) => !satisfied.includes(id));
    expect([...new Set(asked)].filter((id) => !never.includes(id)).sort()).toEqual([...satisfied].sort());
    expect(never.filter((id) => !ids.includes(id))).toEqual([]);
  });
});

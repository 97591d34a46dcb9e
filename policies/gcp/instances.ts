/** Instances of Compute Engine and the templates that they are made from. */
import { expects, type Resource, type Rule, rule } from "../rule.ts";
import { plainSecrets, type Variable } from "../secret-like.ts";
import { at, isMap, isUnknown, maps, type Properties, shown, text } from "../values.ts";
import { floating } from "./run-template.ts";

const TYPES = /^gcp:compute\/(instance:Instance|(region)?[iI]nstanceTemplate:|instanceFromTemplate:)/;
const FULL_ACCESS = ["cloud-platform", "https://www.googleapis.com/auth/cloud-platform"];

/** Metadata of a machine are texts: `TRUE`, `true` and `1` mean the same. */
const metadata = (key: string, wanted: boolean) => (resource: Resource) => {
  const value = at(resource.inputs, `metadata.${key}`);
  if (isUnknown(value)) return [];
  const said = /^(true|1|y|yes)$/i.test(typeof value === "boolean" ? String(value) : text(value));
  return said === wanted ? [] : [`metadata.${key} is ${shown(value)}`];
};

export const INSTANCE_RULES: readonly Rule[] = [
  rule(
    {
      name: "gcp-instance-account",
      platform: "gcp",
      severity: "critical",
      description: "Instances run under a service account of their own, not the project's default one",
      remedy: "set serviceAccount.email to an account that is made for the service",
      ids: ["CKV_GCP_30", "CKV_GCP_31", "GCP-0044"],
    },
    {
      subject: "resource",
      types: TYPES,
      judge: ({ inputs }) => {
        const account = at(inputs, "serviceAccount.email");
        if (isUnknown(account)) return [];
        const email = text(account);
        if (email !== "" && !/-compute@developer\.gserviceaccount\.com$/.test(email)) return [];
        const scopes = maps([inputs.serviceAccount ?? null]).flatMap(({ scopes: all }) =>
          Array.isArray(all) ? all : [],
        );
        const full = scopes.some((scope) => FULL_ACCESS.includes(String(scope)));
        return [
          `serviceAccount.email is ${email || "not set"}${full ? ", with access to every interface" : ""}`,
        ];
      },
    },
  ),
  rule(
    {
      name: "gcp-instance-project-keys",
      platform: "gcp",
      severity: "medium",
      description: "SSH keys of the whole project open no instance",
      remedy: 'set metadata.block-project-ssh-keys: "TRUE"',
      ids: ["CKV_GCP_32", "GCP-0030"],
    },
    { subject: "resource", types: TYPES, judge: metadata("block-project-ssh-keys", true) },
  ),
  rule(
    {
      name: "gcp-instance-os-login",
      platform: "gcp",
      severity: "medium",
      description: "Who may log in to an instance is said by IAM",
      remedy: 'set metadata.enable-oslogin: "TRUE"',
      ids: ["CKV_GCP_34", "GCP-0036"],
    },
    { subject: "resource", types: TYPES, judge: metadata("enable-oslogin", true) },
  ),
  rule(
    {
      name: "gcp-instance-serial-port",
      platform: "gcp",
      severity: "medium",
      description: "The serial port of instances is closed",
      remedy: 'set metadata.serial-port-enable: "FALSE"',
      ids: ["CKV_GCP_35", "GCP-0032"],
    },
    { subject: "resource", types: TYPES, judge: metadata("serial-port-enable", false) },
  ),
  rule(
    {
      name: "gcp-instance-forwarding",
      platform: "gcp",
      severity: "high",
      description: "Instances don't forward packets of others",
      remedy: "set canIpForward: false",
      ids: ["CKV_GCP_36", "GCP-0043"],
    },
    {
      subject: "resource",
      types: TYPES,
      judge: ({ inputs }) => (inputs.canIpForward === true ? ["canIpForward is true"] : []),
    },
  ),
  rule(
    {
      name: "gcp-instance-shielded",
      platform: "gcp",
      severity: "medium",
      description: "Instances start from signed code and watch that it stays so",
      remedy: "set shieldedInstanceConfig with enableSecureBoot, enableVtpm and enableIntegrityMonitoring",
      ids: ["CKV_GCP_39", "GCP-0041", "GCP-0045", "GCP-0067"],
    },
    {
      subject: "resource",
      types: TYPES,
      judge: (resource) =>
        ["enableSecureBoot", "enableVtpm", "enableIntegrityMonitoring"].flatMap((key) =>
          expects(`shieldedInstanceConfig.${key}`, true)(resource),
        ),
    },
  ),
  rule(
    {
      name: "gcp-instance-public-address",
      platform: "gcp",
      severity: "high",
      description: "Instances have no public address",
      remedy:
        "leave out networkInterfaces[].accessConfigs; go out through Cloud NAT, in through the load balancer",
      ids: ["CKV_GCP_40", "GCP-0031"],
    },
    {
      subject: "resource",
      types: TYPES,
      judge: ({ inputs }) =>
        maps(inputs.networkInterfaces).flatMap((each, index) =>
          ["accessConfigs", "ipv6AccessConfigs"]
            .filter((key) => each[key] !== undefined)
            .map((key) => `networkInterfaces[${index}].${key} gives it a public address`),
        ),
    },
  ),
  rule(
    {
      name: "gcp-instance-plain-key",
      platform: "gcp",
      severity: "critical",
      description: "Keys of disks are named, never given in plain text",
      remedy: "name a key of Cloud KMS: diskEncryptionKey.kmsKeySelfLink",
      ids: ["GCP-0037"],
    },
    {
      subject: "resource",
      types:
        /^gcp:compute\/(instance:Instance|(region)?[iI]nstanceTemplate:|instanceFromTemplate:|(region)?[dD]isk:)/,
      judge: ({ inputs }) =>
        [
          inputs,
          ...maps(inputs.disks),
          ...maps([inputs.bootDisk ?? null]),
          ...maps(inputs.attachedDisks),
        ].flatMap(rawKeys),
    },
  ),
  rule(
    {
      name: "gcp-instance-secret-metadata",
      platform: "gcp",
      severity: "high",
      description: "Metadata and start scripts, which everybody on the instance can read, hold no secrets",
      remedy: "let the instance read it from Secret Manager when it starts",
      ids: [],
    },
    {
      subject: "resource",
      types: TYPES,
      judge: ({ inputs }) => {
        const entries: Variable[] = [
          ...entriesOf(inputs.metadata),
          ["metadataStartupScript", text(inputs.metadataStartupScript)],
        ];
        return plainSecrets(entries).map((why) => `metadata: ${why}`);
      },
    },
  ),
  rule(
    {
      name: "gcp-instance-image",
      platform: "gcp",
      severity: "high",
      description:
        "Containers that an instance starts have a tag that says which build they are, or a digest",
      remedy: "name the image by digest in the start script: image@sha256:…",
      ids: [],
    },
    {
      subject: "resource",
      types: TYPES,
      judge: ({ inputs }) => [
        ...new Set(
          imagesIn(text(at(inputs, "metadata.user-data")))
            .filter(floating)
            .map((image) => `metadata.user-data starts ${image}, which is whatever was pushed last`),
        ),
      ],
    },
  ),
];

const RAW = ["rawKey", "diskEncryptionKeyRaw", "rsaEncryptedKey"];

function rawKeys(disk: Properties): string[] {
  const inside = ["diskEncryptionKey", "sourceImageEncryptionKey", "sourceSnapshotEncryptionKey"].flatMap(
    (key) => {
      const value = disk[key];
      return isMap(value) ? [value] : [];
    },
  );
  return [disk, ...inside].flatMap((each) =>
    RAW.filter((key) => each[key] !== undefined).map((key) => `${key} is given`),
  );
}

const entriesOf = (value: Properties[string] | undefined): Variable[] =>
  isMap(value) ? Object.entries(value).map(([key, each]) => [key, text(each)]) : [];

/** `image='…'` of our own start scripts, and `image: …` of container declarations. */
const imagesIn = (script: string): string[] =>
  [...script.matchAll(/\bimage(?:=|: )['"]?([\w.-]+(?:\/[\w.-]+)+(?::[\w.-]+)?(?:@sha256:\w+)?)/g)].map(
    ([, image = ""]) => image,
  );

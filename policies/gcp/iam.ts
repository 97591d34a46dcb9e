/** Who may do what on Google Cloud: roles, accounts, keys, and secrets. */
import { z } from "zod";
import { expects, needs, type Resource, type Rule, rule, ruleWith } from "../rule.ts";
import { at, isUnknown, maps, type Properties, shown, text, texts } from "../values.ts";

/** `iAMMember`, `secretIamBinding`, `bucketIAMMember`. */
const GRANTS = /^gcp:[^:]+[iI][aA][mM](Member|Binding):/;
const RUN = /^gcp:cloudrun(v2)?\//;
const PROJECT = /^gcp:(projects|organizations|folder)\/iAM(Member|Binding):/;
const SECRET = /^gcp:secretmanager\/(regionalS|s)ecretIam(Member|Binding):/;
const DEFAULT_ACCOUNTS =
  /-compute@developer\.gserviceaccount\.com$|@appspot\.gserviceaccount\.com$|@cloudservices\.gserviceaccount\.com$/;
const IMPERSONATES = [
  "serviceAccountUser",
  "serviceAccountTokenCreator",
  "serviceAccountAdmin",
  "serviceAccountKeyAdmin",
  "workloadIdentityUser",
].map((name) => `roles/iam.${name}`);
const QUARTER = 90 * 86_400;

const membersOf = ({ member, members }: Properties): string[] =>
  [text(member), ...texts(members)].filter((one) => one !== "");

/** Says of each member that matches what is wrong with it. */
const members = (wrong: RegExp, why: string) => (resource: Resource) =>
  membersOf(resource.inputs)
    .filter((member) => wrong.test(member))
    .map((member) => `${member} ${why} ${shown(resource.inputs.role)}`);

export const IAM_RULES: readonly Rule[] = [
  rule(
    {
      name: "gcp-iam-public",
      platform: "gcp",
      severity: "critical",
      description: "Nothing is granted to everybody: no object, image, key, secret or topic",
      remedy: "grant to named accounts; publish files through the load balancer",
      ids: ["CKV_GCP_28", "GCP-0001", "CKV_GCP_101", "CKV2_GCP_6", "CKV_GCP_112"],
    },
    {
      subject: "resource",
      types: GRANTS,
      judge: (resource) =>
        RUN.test(resource.type) ? [] : members(/^all(Authenticated)?Users$/, "has")(resource),
    },
  ),
  ruleWith(
    {
      name: "gcp-iam-admin",
      platform: "gcp",
      severity: "high",
      description: "No account has a basic role in the project, or one that administers all of a kind",
      remedy: "grant the narrower role that the work needs, best on the single resource",
      ids: ["CKV_GCP_42", "CKV_GCP_117", "GCP-0007"],
    },
    z.strictObject({
      allow: z
        .array(z.string())
        .default(["roles/firebaseauth.admin"])
        .describe(
          "Roles that are granted all the same: users of an app can be changed in the whole project alone",
        ),
    }),
    (settingsOf) => ({
      subject: "resource",
      types: PROJECT,
      judge: ({ inputs }, context) => {
        const role = text(inputs.role);
        const wide = /^roles\/(owner|editor|viewer)$|[aA]dmin$/.test(role) && !IMPERSONATES.includes(role);
        return wide && !settingsOf(context).allow.includes(role)
          ? membersOf(inputs).map((member) => `${member} has ${role} in the whole project`)
          : [];
      },
    }),
  ),
  rule(
    {
      name: "gcp-iam-impersonation",
      platform: "gcp",
      severity: "high",
      description: "Nobody may act as every service account of the project",
      remedy: "grant the role on single accounts: serviceaccount.IAMMember",
      ids: ["CKV_GCP_41", "CKV_GCP_49", "GCP-0011"],
    },
    {
      subject: "resource",
      types: PROJECT,
      judge: ({ inputs }) =>
        IMPERSONATES.includes(text(inputs.role))
          ? [`${text(inputs.role)} is granted in the whole project`]
          : [],
    },
  ),
  rule(
    {
      name: "gcp-iam-default-account",
      platform: "gcp",
      severity: "medium",
      description: "The project's default accounts get no roles",
      remedy: "make an account for the work and grant the role to it",
      ids: ["CKV_GCP_46", "GCP-0006"],
    },
    {
      subject: "resource",
      types: GRANTS,
      judge: members(new RegExp(`^serviceAccount:.*(${DEFAULT_ACCOUNTS.source})`), "has"),
    },
  ),
  rule(
    {
      name: "gcp-iam-person",
      platform: "gcp",
      severity: "medium",
      description: "Roles go to groups and accounts, not to single persons, who come and go",
      remedy: "make a group and grant to it: group:ops@…",
      ids: ["GCP-0003"],
    },
    { subject: "resource", types: GRANTS, judge: members(/^user:/, "has") },
  ),
  rule(
    {
      name: "gcp-account-keys",
      platform: "gcp",
      severity: "high",
      description: "Service accounts have no keys that somebody can carry away",
      remedy: "log in without a key: Workload Identity Federation, or the account of the place where it runs",
      ids: ["CKV2_GCP_3"],
    },
    {
      subject: "resource",
      types: ["gcp:serviceaccount/key:Key"],
      judge: ({ inputs }) => [
        `a key of ${shown(inputs.serviceAccountId)} would lie in the state and never end`,
      ],
    },
  ),
  rule(
    {
      name: "gcp-federation-condition",
      platform: "gcp",
      severity: "critical",
      description: "Tokens from outside are taken from the named repository or organisation alone",
      remedy: "set attributeCondition: assertion.repository == 'acme/shop'",
      ids: ["GCP-0068"],
    },
    {
      subject: "resource",
      types: ["gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"],
      judge: (provider) => {
        const condition = provider.inputs.attributeCondition;
        if (isUnknown(condition)) return [];
        const names = /\b(assertion|attribute|google)\.[\w.]+\s*(==|in\b)|\.startsWith\(/.test(
          text(condition),
        );
        return names
          ? []
          : [`attributeCondition is ${shown(condition)}: whoever has a token of that issuer is let in`];
      },
    },
  ),
  rule(
    {
      name: "gcp-secret-reader",
      platform: "gcp",
      severity: "high",
      description: "Accounts may read the single secrets that they need, not change them",
      remedy: "grant roles/secretmanager.secretAccessor, or secretVersionAdder to who rotates it",
      ids: [],
    },
    {
      subject: "resource",
      types: SECRET,
      judge: (resource) =>
        isUnknown(resource.inputs.role)
          ? []
          : expects(
              "role",
              "roles/secretmanager.secretAccessor",
              "roles/secretmanager.secretVersionAdder",
              "roles/secretmanager.viewer",
            )(resource),
    },
  ),
  rule(
    {
      name: "gcp-secret-project",
      platform: "gcp",
      severity: "high",
      description: "Nobody may read every secret of the project",
      remedy: "grant on each secret: secretmanager.SecretIamMember",
      ids: [],
    },
    {
      subject: "resource",
      types: PROJECT,
      judge: ({ inputs }) =>
        ["roles/secretmanager.secretAccessor", "roles/secretmanager.secretVersionManager"].includes(
          text(inputs.role),
        )
          ? membersOf(inputs).map((member) => `${member} has ${text(inputs.role)} in the whole project`)
          : [],
    },
  ),
  rule(
    {
      name: "gcp-secret-destroy",
      platform: "gcp",
      severity: "medium",
      description: "Versions of secrets that are destroyed in production come back for a day",
      remedy: "set versionDestroyTtl: 86400s",
      ids: [],
      productionOnly: true,
    },
    {
      subject: "resource",
      types: ["gcp:secretmanager/secret:Secret", "gcp:secretmanager/regionalSecret:RegionalSecret"],
      judge: needs("versionDestroyTtl"),
    },
  ),
  rule(
    {
      name: "gcp-key-rotation",
      platform: "gcp",
      severity: "high",
      description: "Keys of Cloud KMS turn every 90 days",
      remedy: "set rotationPeriod: 7776000s",
      ids: ["CKV_GCP_43", "GCP-0065"],
    },
    {
      subject: "resource",
      types: ["gcp:kms/cryptoKey:CryptoKey"],
      judge: ({ inputs: { rotationPeriod, purpose } }) => {
        const turns = purpose === undefined || purpose === "ENCRYPT_DECRYPT";
        if (!turns || isUnknown(rotationPeriod)) return [];
        const seconds = Number(/^(\d+)(\.\d+)?s$/.exec(text(rotationPeriod))?.[1]);
        return seconds <= QUARTER ? [] : [`rotationPeriod is ${shown(rotationPeriod)}`];
      },
    },
  ),
  ruleWith(
    {
      name: "gcp-customer-key",
      platform: "gcp",
      severity: "medium",
      description: "Where that is demanded, data lies under keys of one's own",
      remedy: "set encryptionKey in the target's settings, or the resource's own kmsKeyName",
      ids: ["CKV_GCP_37", "CKV_GCP_38", "CKV_GCP_84", "GCP-0033", "GCP-0066"],
    },
    z.strictObject({
      required: z
        .boolean()
        .default(false)
        .describe("Without it Google's own keys will do: a key costs money and can lock everybody out"),
    }),
    (settingsOf) => ({
      subject: "resource",
      types:
        /^gcp:(storage\/bucket:|artifactregistry\/repository:|sql\/databaseInstance:|redis\/instance:|firestore\/database:|compute\/(instance:|(region)?[iI]nstanceTemplate:))/,
      judge: (resource, context) => (settingsOf(context).required ? keyless(resource) : []),
    }),
  ),
];

/** Where a type names its key. */
const KEY_PATHS: readonly (readonly [type: RegExp, path: string])[] = [
  [/^gcp:storage/, "encryption.defaultKmsKeyName"],
  [/^gcp:artifactregistry/, "kmsKeyName"],
  [/^gcp:sql/, "encryptionKeyName"],
  [/^gcp:redis/, "customerManagedKey"],
  [/^gcp:firestore/, "cmekConfig.kmsKeyName"],
];

function keyless(resource: Resource): string[] {
  const path = KEY_PATHS.find(([type]) => type.test(resource.type))?.[1];
  if (path) return needs(path)(resource);
  return maps(resource.inputs.disks).flatMap((disk, index) =>
    at(disk, "diskEncryptionKey.kmsKeySelfLink") === undefined
      ? [`disks[${index}].diskEncryptionKey is not set`]
      : [],
  );
}

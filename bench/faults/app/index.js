/** A small app on Google Cloud, as plain resources: what the matrices of bench/faults/run.ts interrupt at every point.
 *
 * It has what makes recovery hard: names that the provider makes up (the instance, the network), ids that Google chooses
 * (the policy, the channel, the secret's version), members of roles, and in its second version a replacement of each
 * kind. No SDK of a provider, so that a run takes as little time as it can.
 */
import pulumi from "@pulumi/pulumi";

const second = new pulumi.Config("faults").get("version") === "2";

class Resource extends pulumi.CustomResource {
  constructor(type, name, args, outputs = [], opts = {}) {
    const asked = Object.fromEntries(outputs.map((key) => [key, undefined]));
    super(type, name, { ...asked, ...args }, opts);
  }
}

const project = "acme-faults";
const region = "us-central1";
const make = (type, name, args, outputs, opts) => new Resource(`gcp:${type}`, name, args, outputs, opts);

const network = make("compute/network:Network", "net", { project, autoCreateSubnetworks: false }, [
  "selfLink",
]);
make("compute/subnetwork:Subnetwork", "subnet", {
  project,
  region,
  network: network.selfLink,
  ipCidrRange: second ? "10.1.0.0/20" : "10.0.0.0/20",
});
const account = make("serviceaccount/account:Account", "api", { project, accountId: "api" }, [
  "email",
  "member",
]);
const grant = (name, role) =>
  make("projects/iAMMember:IAMMember", name, { project, role, member: account.member });
grant("sql-client", "roles/cloudsql.client");
grant("logs", second ? "roles/logging.viewer" : "roles/logging.logWriter");

const instance = make(
  "sql/databaseInstance:DatabaseInstance",
  "db",
  {
    project,
    region,
    databaseVersion: "POSTGRES_16",
    deletionProtection: false,
    // Another kind of disk is another instance, with all that stands on it.
    settings: {
      tier: second ? "db-custom-2-7680" : "db-custom-1-3840",
      diskType: second ? "PD_SSD" : "PD_HDD",
    },
  },
  ["name", "privateIpAddress"],
);
const database = make("sql/database:Database", "main", { project, name: "main", instance: instance.name });
const user = make("sql/user:User", "app", {
  project,
  name: "app",
  instance: instance.name,
  password: pulumi.secret(second ? "second-word" : "first-word"),
});

const secret = make("secretmanager/secret:Secret", "key", {
  project,
  secretId: "api-key",
  replication: { auto: {} },
});
const version = make(
  "secretmanager/secretVersion:SecretVersion",
  "key-1",
  { secret: secret.id, secretData: pulumi.secret(second ? "k2" : "k1") },
  ["version"],
);
const reads = make("secretmanager/secretIamMember:SecretIamMember", "key-reader", {
  project,
  secretId: secret.id,
  role: "roles/secretmanager.secretAccessor",
  member: account.member,
});

const service = make(
  "cloudrunv2/service:Service",
  "api",
  {
    project,
    name: "api",
    location: region,
    deletionProtection: false,
    template: {
      serviceAccount: account.email,
      containers: [
        {
          image: second ? "us-docker.pkg.dev/acme/api@sha256:2" : "us-docker.pkg.dev/acme/api@sha256:1",
          envs: [{ name: "DB", value: instance.privateIpAddress }],
        },
      ],
    },
  },
  ["uri"],
  { dependsOn: [reads, version, database, user] },
);
make(
  "cloudrunv2/serviceIamMember:ServiceIamMember",
  "public",
  {
    project,
    location: region,
    name: "api",
    role: "roles/run.invoker",
    member: "allUsers",
  },
  [],
  { dependsOn: [service] },
);

const channel = make("monitoring/notificationChannel:NotificationChannel", "mail", {
  project,
  type: "email",
  displayName: "operators",
  labels: { email_address: "ops@acme.example" },
});
make("monitoring/alertPolicy:AlertPolicy", "errors", {
  project,
  displayName: second ? "errors of api, tighter" : "errors of api",
  combiner: "OR",
  conditions: [{ displayName: "5xx" }],
  notificationChannels: [channel.id],
});
// The second version has a job more, and no budget of uptime checks.
if (second) {
  make("cloudrunv2/job:Job", "migrate", {
    project,
    name: "migrate",
    location: region,
    deletionProtection: false,
    template: {},
  });
} else {
  make("monitoring/uptimeCheckConfig:UptimeCheckConfig", "door", {
    project,
    displayName: "door",
    timeout: "10s",
  });
}

export const url = service.uri;

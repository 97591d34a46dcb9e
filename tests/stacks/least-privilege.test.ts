/** Who may do what in a whole deployment on Google Cloud: every grant is counted, and each has a reason.
 *
 * What a service may do with data is worked out from the app alone and compared with what the program asks Google
 * for. So a grant that nobody needs fails here, and so does one that is missing.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { bucketNameOf } from "../../components/gcp/bucket/create.ts";
import { instancesOf } from "../../components/gcp/compute/tasks.ts";
import { regionsOf } from "../../components/gcp/deployment.ts";
import { accountIdOf } from "../../components/gcp/identity.ts";
import { nameOf, stackOf } from "../../components/gcp/names.ts";
import { type GcpSettings, settings as settingsOf } from "../../components/gcp/settings.ts";
import { isPlainFolder } from "../../components/gcp/static/refusals.ts";
import { volumeOf } from "../../components/gcp/vectors/volume.ts";
import { consumersOf } from "../../src/app/links.ts";
import type { Access, App, Data } from "../../src/config/model.ts";
import {
  EXAMPLES,
  exactAnswers,
  GOOGLE_TARGETS,
  type GoogleTarget,
  loadExample,
  PROJECT,
  runGoogle,
  runWide,
  SETTINGS,
} from "../helpers/google-stack.ts";
import type { Json, Registered } from "../helpers/program.ts";

interface Deployed {
  readonly app: App;
  readonly settings: GcpSettings;
  readonly target: GoogleTarget;
  readonly resources: readonly Registered[];
}

async function deploy(name: string, target: GoogleTarget): Promise<Deployed> {
  const settings = settingsOf.parse(SETTINGS);
  if (name === "wide") {
    const overrides = { regions: ["us-central1", "europe-west1"] };
    return { target, settings, ...(await runWide(target, { overrides })) };
  }
  const app = loadExample(name);
  const { resources } = await runGoogle(app, { target }, exactAnswers);
  return { app, target, settings, resources };
}

const CASES = [...EXAMPLES, "wide"].flatMap((name) => GOOGLE_TARGETS.map((target) => ({ name, target })));

// ------------------------------------------------------------------------------------ what was asked for

interface Grant {
  readonly member: string;
  readonly role: string;
  /** What the role is on, with its condition. */
  readonly on: string;
}

type Inputs = Registered["inputs"];

const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");
const map = (value: Json | undefined): { [key: string]: Json } =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};

/** Every type that gives somebody a role, and what it is given on. */
const GRANTS: Readonly<Record<string, (inputs: Inputs) => string>> = {
  "gcp:projects/iAMMember:IAMMember": ({ project, condition }) =>
    [`project ${text(project)}`, ...(condition ? [text(map(condition).expression)] : [])].join(" where "),
  "gcp:storage/bucketIAMMember:BucketIAMMember": ({ bucket }) => `bucket ${text(bucket)}`,
  "gcp:secretmanager/secretIamMember:SecretIamMember": ({ secretId }) => `secret ${last(text(secretId))}`,
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": ({ name, location }) =>
    `service ${text(name)} in ${text(location)}`,
  "gcp:cloudrunv2/jobIamMember:JobIamMember": ({ name, location }) =>
    `job ${text(name)} in ${text(location)}`,
  "gcp:serviceaccount/iAMMember:IAMMember": ({ serviceAccountId }) =>
    `account ${last(text(serviceAccountId))}`,
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": ({ project, location, repository }) =>
    `images ${text(location)}/${text(project)}/${text(repository)}`,
  "gcp:iap/webBackendServiceIamMember:WebBackendServiceIamMember": ({ webBackendService }) =>
    `login ${text(webBackendService).replace(/-0a1b2c3$/, "")}`,
};

function grantsOf(resources: readonly Registered[]): Grant[] {
  return resources.flatMap(({ type, inputs }) => {
    const on = GRANTS[type];
    return on ? [{ member: text(inputs.member), role: text(inputs.role), on: on(inputs) }] : [];
  });
}

const last = (path: string): string => path.split("/").at(-1) ?? "";

// ------------------------------------------------------------------------------------ what the app asks for

const emailOf = (id: string) => `${id}@${PROJECT.project}.iam.gserviceaccount.com`;
const accountOf = (app: App, service: string) => `serviceAccount:${emailOf(accountIdOf(app, service))}`;
const ownAccount = (app: App, ...parts: string[]) =>
  `serviceAccount:${emailOf(nameOf(app, "serviceAccount", ...parts))}`;
const agent = (domain: string) =>
  `serviceAccount:service-${PROJECT.number}@${domain}.iam.gserviceaccount.com`;
const project = `project ${PROJECT.project}`;
const isTask = (app: App, name: string) => ["job", "cron"].includes(app.services[name]?.kind ?? "");
const isRouted = (app: App, name: string) =>
  Object.values(app.routes).some(({ to }) => to.type === "service" && to.service === name);
const secret = (app: App, id: string) => `secret ${stackOf(app)}-${id}`;
const reads = (app: App, member: string, ...ids: string[]): Grant[] =>
  ids.map((id) => ({ member, role: "roles/secretmanager.secretAccessor", on: secret(app, id) }));

/** Services with a container of their own. */
const running = (app: App) => Object.entries(app.services).filter(([, spec]) => !isPlainFolder(spec));

interface Use {
  readonly app: App;
  readonly settings: GcpSettings;
  readonly name: string;
  readonly service: string;
  readonly access: Access;
}

const onBucket = ({ app, settings, name, service, access }: Use): Grant => ({
  member: accountOf(app, service),
  role: access === "write" ? "roles/storage.objectUser" : "roles/storage.objectViewer",
  on: `bucket ${bucketNameOf({ app, settings }, name)}`,
});

/** What one use of data comes to: a role, or the secrets of a login. */
const OF_DATA: Readonly<Record<Data["kind"], (use: Use) => Grant[]>> = {
  postgres: ({ app, name, service }) =>
    reads(app, accountOf(app, service), `password-${name}_${service}`, `value-${name}_${service}_url`),
  redis: ({ app, name, service }) =>
    reads(app, accountOf(app, service), `value-${name}_password`, `value-${name}_url`, `value-${name}_ca`),
  documents: ({ app, name, service, access }) => {
    const spec = app.data[name];
    const login = spec?.kind === "documents" && spec.engine === "mongodb";
    const database = nameOf(app, "firestore", name);
    const where = `resource.name == "projects/${PROJECT.project}/databases/${database}"`;
    const member = login
      ? `principal://firestore.googleapis.com/projects/${PROJECT.number}/name/databases/${database}/userCreds/${nameOf(app, "firestore", service)}`
      : accountOf(app, service);
    return [
      {
        member,
        role: access === "write" ? "roles/datastore.user" : "roles/datastore.viewer",
        on: `${project} where ${where}`,
      },
      ...(login
        ? reads(
            app,
            accountOf(app, service),
            `value-${name}_${service}_password`,
            `value-${name}_${service}_url`,
          )
        : []),
    ];
  },
  vectors: (use) => {
    const spec = use.app.data[use.name];
    // Whoever mounts a share may do with it what the mount lets it.
    if (spec?.kind !== "vectors" || volumeOf(use.name, spec, use.settings) === "nfs") return [];
    return [onBucket(use)];
  },
  bucket: (use) => {
    const { app, name, service } = use;
    const linked = Object.values(app.routes).some(({ to }) => to.type === "bucket" && to.bucket === name);
    const keys = ["secret-key", ...(linked ? ["link-key"] : [])];
    return [
      onBucket(use),
      ...reads(app, accountOf(app, service), ...keys.map((key) => `value-${name}_${service}_${key}`)),
    ];
  },
  auth: ({ app, service, access }) => [
    {
      member: accountOf(app, service),
      role: access === "write" ? "roles/firebaseauth.admin" : "roles/firebaseauth.viewer",
      on: project,
    },
  ],
};

const ofUses = ({ app, settings }: Deployed): Grant[] =>
  Object.entries(app.data).flatMap(([name, { kind }]) =>
    Object.entries(consumersOf(app, name)).flatMap(([service, access]) =>
      OF_DATA[kind]({ app, settings, name, service, access }),
    ),
  );

const ofSecrets = ({ app }: Deployed): Grant[] =>
  Object.entries(app.services).flatMap(([service, { secrets }]) =>
    reads(app, accountOf(app, service), ...secrets.map((name) => `secret-${name}`)),
  );

/** Cloud Run asks callers who they are; instances are behind the firewall alone. */
function ofCalls({ app, settings, target }: Deployed): Grant[] {
  if (target === "gcp-compute") return [];
  return running(app).flatMap(([name]) => {
    const callers = isRouted(app, name)
      ? ["allUsers"]
      : Object.keys(consumersOf(app, name)).map((service) => accountOf(app, service));
    return regionsOf({ app, settings }).flatMap((region) =>
      callers.map((member) => ({
        member,
        role: "roles/run.invoker",
        on: `service ${nameOf(app, "run", name)} in ${region}`,
      })),
    );
  });
}

/** What a service needs because of where it runs. */
function ofPlace({ app, target }: Deployed): Grant[] {
  return running(app).flatMap(([name, { kind, metrics, source }]) => {
    const member = accountOf(app, name);
    const writes = { member, role: "roles/monitoring.metricWriter", on: project };
    if (kind === "job" || kind === "cron") return [];
    if (target === "gcp-cloud-run")
      return metrics ? [writes, ...reads(app, member, `value-metrics_${name}`)] : [];
    const images = source.type === "build" ? nameOf(app, "repository") : "shop";
    const registry = `images us-central1/${PROJECT.project}/${images}`;
    return [
      writes,
      { member, role: "roles/logging.logWriter", on: project },
      { member, role: "roles/artifactregistry.reader", on: registry },
    ];
  });
}

/** What belongs to the platform: setup, schedules, Grafana, operators, Google's own agents, the release workflow. */
function ofPlatform({ app, settings, target, resources }: Deployed): Grant[] {
  const [home] = regionsOf({ app, settings });
  const buckets = resources.filter(({ type }) => type === "gcp:storage/bucket:Bucket");
  const logs = buckets.map(({ inputs }) => text(inputs.name)).filter((name) => name.endsWith("-logs"));
  const setups = Object.entries(app.data).filter(([, { kind }]) => kind === "postgres");
  const crons = Object.entries(app.services).filter(([, { kind }]) => kind === "cron");
  const grafana = ownAccount(app, "grafana--tool");
  const deployer = ownAccount(app, "-deploy");
  const operators = settings.operators;
  const tools = Object.values(app.routes).flatMap(({ to }) => {
    if (to.type !== "operators") return [];
    if (to.tool === "grafana") return ["grafana"];
    return typeof to.tool === "object" && target === "gcp-compute" ? [`${to.tool.metricsOf}-metrics`] : [];
  });
  const routedBuckets = Object.values(app.routes).flatMap(({ to }) =>
    to.type === "bucket" ? [to.bucket] : [],
  );
  const sites = Object.entries(app.services).flatMap(([name, spec]) => (isPlainFolder(spec) ? [name] : []));
  const viewer = "roles/storage.objectViewer";
  const onBucketOf = (part: string) => `bucket ${bucketNameOf({ app, settings }, part)}`;
  return [
    ...setups.flatMap(([name, spec]) => {
      const init = spec.kind === "postgres" ? spec.init : [];
      const parts = init.map((_, index) => `value-${name}_init_${index + 1}-001`);
      return reads(
        app,
        ownAccount(app, name, "setup"),
        `value-${name}_setup`,
        `password-${name}_atelier_admin`,
        ...parts,
      );
    }),
    ...crons.map(([name]) => ({
      member: ownAccount(app, `${name}--cron`),
      role: "roles/run.invoker",
      on: `job ${nameOf(app, "run", name)} in ${home}`,
    })),
    { member: grafana, role: "roles/monitoring.viewer", on: project },
    { member: grafana, role: viewer, on: `bucket ${nameOf(app, "bucket", "grafana")}-0a1b2c3` },
    ...reads(app, grafana, "password-grafana_key"),
    {
      member: agent("gcp-sa-iap"),
      role: "roles/run.invoker",
      on: `service ${nameOf(app, "run", "grafana--tool")} in ${home}`,
    },
    ...operators.flatMap((member) => [
      { member, role: "roles/monitoring.viewer", on: project },
      ...tools.map((tool) => ({
        member,
        role: "roles/iap.httpsResourceAccessor",
        on: `login ${nameOf(app, "compute", "edge", tool, "operators")}`,
      })),
    ]),
    ...logs.map((name) => ({
      member: "group:cloud-storage-analytics@google.com",
      role: "roles/storage.objectCreator",
      on: `bucket ${name}`,
    })),
    ...routedBuckets.map((name) => ({ member: agent("cloud-cdn-fill"), role: viewer, on: onBucketOf(name) })),
    ...sites.map((name) => ({ member: agent("https-lb"), role: viewer, on: onBucketOf(name) })),
    {
      member: deployer,
      role: "roles/artifactregistry.writer",
      on: `images ${home}/${PROJECT.project}/${nameOf(app, "repository")}`,
    },
    { member: deployer, role: "roles/run.developer", on: project },
    ...(target === "gcp-compute"
      ? [{ member: deployer, role: "roles/compute.instanceAdmin.v1", on: project }]
      : []),
    ...Object.keys(app.services).map((service) => ({
      member: deployer,
      role: "roles/iam.serviceAccountUser",
      on: `account ${emailOf(accountIdOf(app, service))}`,
    })),
    {
      member: `principalSet://iam.googleapis.com/projects/${PROJECT.number}/locations/global/workloadIdentityPools/POOL/attribute.repository/acme/shop`,
      role: "roles/iam.workloadIdentityUser",
      on: `account ${emailOf(nameOf(app, "serviceAccount", "-deploy"))}`,
    },
  ];
}

const line = ({ member, role, on }: Grant) =>
  `${member.replace(/(workloadIdentityPools\/)[^/]+/, "$1POOL")} has ${role} on ${on}`;
const lines = (grants: readonly Grant[]) => grants.map(line).sort();

// ---------------------------------------------------------------------------------------------- who uses what

/** `api writes media`, as the program tells Google, the database and the mounts. */
function usesIn({ app, settings, resources }: Deployed): string[] {
  const grants = grantsOf(resources);
  const services = Object.keys(app.services);
  const serviceOf = (member: string) => services.find((name) => accountOf(app, name) === member);
  const say = (service: string | undefined, name: string, access: string) =>
    service === undefined ? [] : [`${service} ${access} ${name}`];
  const byRole = (name: string, on: string, write: string, read: string) =>
    grants.flatMap(({ member, role, on: where }) =>
      where === on && (role === write || role === read)
        ? say(
            serviceOf(member) ?? credentialsOf(app, name, member),
            name,
            role === write ? "writes" : "reads",
          )
        : [],
    );
  const READ: Readonly<Record<Data["kind"], (name: string) => string[]>> = {
    bucket: (name) => byRole(name, `bucket ${bucketNameOf({ app, settings }, name)}`, ...STORAGE),
    vectors: (name) => {
      const spec = app.data[name];
      return spec?.kind === "vectors" && volumeOf(name, spec, settings) === "nfs"
        ? mountsIn(resources, name)
        : byRole(name, `bucket ${bucketNameOf({ app, settings }, name)}`, ...STORAGE);
    },
    documents: (name) => {
      const path = `projects/${PROJECT.project}/databases/${nameOf(app, "firestore", name)}`;
      return byRole(
        name,
        `${project} where resource.name == "${path}"`,
        "roles/datastore.user",
        "roles/datastore.viewer",
      );
    },
    auth: (name) => byRole(name, project, "roles/firebaseauth.admin", "roles/firebaseauth.viewer"),
    postgres: (name) => loginsIn(app, resources, name),
    // One login for all: who has its password writes.
    redis: (name) =>
      grants.flatMap(({ member, on }) =>
        on === secret(app, `value-${name}_password`) ? say(serviceOf(member), name, "uses") : [],
      ),
  };
  return Object.entries(app.data)
    .flatMap(([name, { kind }]) => READ[kind](name))
    .sort();
}

const STORAGE = ["roles/storage.objectUser", "roles/storage.objectViewer"] as const;

function credentialsOf(app: App, name: string, member: string): string | undefined {
  const database = nameOf(app, "firestore", name);
  return Object.keys(app.services).find((service) =>
    member.endsWith(`/databases/${database}/userCreds/${nameOf(app, "firestore", service)}`),
  );
}

/** Roles in the database, from the script of its setup job. */
function loginsIn(app: App, resources: readonly Registered[], name: string): string[] {
  const script = resources.find((one) => one.name === `${stackOf(app)}-value-${name}_setup-version`);
  const sql = text(map(script?.inputs.secretData).value);
  return [...sql.matchAll(/^GRANT atelier_login, atelier_(read|write) TO "([^"]+)";$/gm)].map(
    ([, access, role]) => `${role} ${access}s ${name}`,
  );
}

/** Who sees a share, and whether it may write there: on Cloud Run a volume, on an instance a Docker volume. */
function mountsIn(resources: readonly Registered[], name: string): string[] {
  const found = resources.flatMap(({ type, inputs }) => {
    const service = text(map(inputs.labels).service);
    if (service === "") return [];
    if (type === "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate") {
      const modes = [...text(map(inputs.metadata)["user-data"]).matchAll(/nfsvers=3,nolock,hard,(ro|rw)\b/g)];
      return modes.map(([, mode]) => `${service} ${mode === "ro" ? "reads" : "writes"} ${name}`);
    }
    const volumes = JSON.stringify(inputs.template ?? null).match(/"nfs":\{[^}]*\}/g) ?? [];
    return volumes.map(
      (volume) => `${service} ${volume.includes('"readOnly":true') ? "reads" : "writes"} ${name}`,
    );
  });
  return [...new Set(found)];
}

function usesOf({ app }: Deployed): string[] {
  return Object.entries(app.services)
    .flatMap(([service, { uses }]) =>
      Object.entries(uses).flatMap(([name, access]) => {
        const kind = app.data[name]?.kind;
        if (kind === undefined) return [];
        return [`${service} ${kind === "redis" ? "uses" : `${access}s`} ${name}`];
      }),
    )
    .sort();
}

// ------------------------------------------------------------------------------------------------------ tests

describe.each(CASES)("$name in production on $target", ({ name, target }) => {
  let deployed: Deployed;

  beforeAll(async () => {
    // Nobody reads the traces that the SDK takes of every promise, and they are most of the time.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    deployed = await deploy(name, target);
    Error.stackTraceLimit = limit;
  }, 60_000);

  const ofType = (pattern: RegExp) => deployed.resources.filter(({ type }) => pattern.test(type));
  const everything = () =>
    deployed.resources.map(
      ({ type, name: logical, inputs }) => [`${type} ${logical}`, JSON.stringify(inputs)] as const,
    );

  it("gives each service an account of its own, and runs it as that (SA-15, CG-09)", () => {
    const { app, resources } = deployed;
    const services = Object.keys(app.services);
    const accounts = ofType(/^gcp:serviceaccount\/account:Account$/).map(({ inputs }) =>
      text(inputs.accountId),
    );
    expect(new Set(accounts).size).toBe(accounts.length);
    const setups = Object.entries(app.data).flatMap(([data, { kind }]) =>
      kind === "postgres" ? [nameOf(app, "serviceAccount", data, "setup")] : [],
    );
    const crons = services.flatMap((service) =>
      app.services[service]?.kind === "cron" ? [nameOf(app, "serviceAccount", `${service}--cron`)] : [],
    );
    const tools = ["grafana--tool", "-deploy"].map((tool) => nameOf(app, "serviceAccount", tool));
    expect(accounts.sort()).toEqual(
      [...services.map((service) => accountIdOf(app, service)), ...setups, ...crons, ...tools].sort(),
    );
    for (const service of running(app).map(([one]) => one)) {
      const runs = resources.filter(
        ({ type, inputs }) => RUNS.test(type) && map(inputs.labels).service === service,
      );
      expect(runs.length, service).toBeGreaterThan(0);
      for (const { inputs } of runs) expect(runAs(inputs), service).toBe(emailOf(accountIdOf(app, service)));
    }
  });

  it("runs nothing as the project's default account (CKV_GCP_30, GCP-0044)", () => {
    const runs = ofType(RUNS);
    expect(runs.length).toBeGreaterThan(0);
    for (const { inputs } of runs) expect(runAs(inputs)).toMatch(/@acme-prod\.iam\.gserviceaccount\.com$/);
  });

  it("lets services use the data that they name, as they name it, and no other", () => {
    expect(usesIn(deployed)).toEqual(usesOf(deployed));
  });

  it("makes exactly the grants that have a reason", () => {
    const expected = [ofUses, ofSecrets, ofCalls, ofPlace, ofPlatform].flatMap((of) => of(deployed));
    expect(lines(grantsOf(deployed.resources))).toEqual(lines(expected));
  });

  it("knows every type that gives somebody a role", () => {
    const types = new Set(ofType(/iam|access|acl|policy/i).map(({ type }) => type));
    const others = [...types].filter((type) => !(type in GRANTS));
    // Firewall rules, alarms, records of what was read, identities: none of them gives a role.
    expect(others.filter((type) => !NO_GRANTS.has(type))).toEqual([]);
  });

  it("adds members to roles, and never writes whole policies", () => {
    expect(
      ofType(/(iam|acl)/i).filter(({ type }) => /(Binding|Policy|AccessControl|ACL)$/i.test(type)),
    ).toEqual([]);
  });

  it("gives nobody one of the basic roles, or one that administers accounts (CKV_GCP_117, CKV_GCP_42, GCP-0007)", () => {
    const wide = /^roles\/(owner|editor|viewer|browser|iam\.|resourcemanager\.)|[aA]dmin$/;
    const allowed = [
      "roles/iam.serviceAccountUser",
      "roles/iam.workloadIdentityUser",
      "roles/firebaseauth.admin",
    ];
    const found = grantsOf(deployed.resources).filter(
      ({ role }) => wide.test(role) && !allowed.includes(role),
    );
    expect(found).toEqual([]);
    // Whoever may act as an account may do all that it may, so never on the project (CKV_GCP_41, CKV_GCP_49, GCP-0011).
    const acting = grantsOf(deployed.resources).filter(({ role }) => role.startsWith("roles/iam."));
    expect(acting.every(({ on }) => on.startsWith("account "))).toBe(true);
  });

  it("opens to everybody what the load balancer calls on Cloud Run, and nothing else", () => {
    const { app, settings } = deployed;
    const open = grantsOf(deployed.resources).filter(({ member }) => /^all/.test(member));
    const routed = running(app).filter(([service]) => isRouted(app, service));
    const expected = routed.flatMap(([service]) =>
      regionsOf({ app, settings }).map(
        (region) => `allUsers has roles/run.invoker on service ${nameOf(app, "run", service)} in ${region}`,
      ),
    );
    expect(lines(open)).toEqual(target === "gcp-compute" ? [] : expected.sort());
    for (const { inputs } of ofType(/^gcp:cloudrunv2\/service:Service$/)) {
      expect(inputs.invokerIamDisabled ?? false).toBe(false);
      expect(text(inputs.ingress)).toMatch(/^INGRESS_TRAFFIC_INTERNAL_(ONLY|LOAD_BALANCER)$/);
    }
  });

  it("has no database with a public address, and no machine", () => {
    for (const { inputs } of ofType(/^gcp:sql\/databaseInstance:DatabaseInstance$/)) {
      expect(map(map(inputs.settings).ipConfiguration).ipv4Enabled).toBe(false);
    }
    for (const { inputs } of ofType(/^gcp:compute\/regionInstanceTemplate:RegionInstanceTemplate$/)) {
      expect(JSON.stringify(inputs.networkInterfaces)).not.toMatch(/accessConfigs/i);
    }
  });

  it("makes no key of an account: HMAC keys sign for a bucket, of exactly those who use one (CKV2_GCP_3)", () => {
    expect(ofType(/^gcp:serviceaccount\/key:Key$/)).toEqual([]);
    const { app } = deployed;
    const keys = ofType(/^gcp:storage\/hmacKey:HmacKey$/).map(({ inputs }) =>
      text(inputs.serviceAccountEmail),
    );
    const users = Object.entries(app.data).flatMap(([data, { kind }]) =>
      kind === "bucket" ? Object.keys(consumersOf(app, data)) : [],
    );
    expect(keys.sort()).toEqual(users.map((service) => emailOf(accountIdOf(app, service))).sort());
  });

  it("names the version of every secret and of every image", () => {
    for (const [where, inputs] of everything()) {
      expect(inputs, where).not.toMatch(/(versions\/|"version":\s*"|[:/])latest\b/i);
      for (const [, version] of inputs.matchAll(/"secretKeyRef":\{[^}]*"version":"([^"]*)"[^}]*\}/g)) {
        expect(version, where).toMatch(/^\d+$/);
      }
      expect(inputs, where).not.toMatch(/"secretKeyRef":\{"secret":"[^"]*"\}/);
      for (const [, items] of inputs.matchAll(/"secret":\{"items":\[([^\]]*)\]/g)) {
        expect(items, where).toMatch(/"version":"\d+"/);
      }
      for (const [, version] of inputs.matchAll(/secrets\/[\w-]+\/versions\/([^"'\\\s/:]+)/g)) {
        expect(version, where).toMatch(/^\d+$/);
      }
    }
  });

  it("lets only the workflows of the one branch of the one repository release", () => {
    const [provider, ...others] = ofType(/workloadIdentityPoolProvider:/);
    expect(others).toEqual([]);
    expect(provider?.inputs.attributeCondition).toBe(
      'assertion.repository == "acme/shop" && assertion.ref == "refs/heads/main" && assertion.event_name != "pull_request_target"',
    );
  });

  if (target === "gcp-compute") {
    it("runs as instances what is no task", () => {
      const groups = ofType(/regionInstanceTemplate:/).map(({ inputs }) => text(map(inputs.labels).service));
      expect([...new Set(groups)].sort()).toEqual([...instancesOf(deployed.app)].sort());
      expect(instancesOf(deployed.app).some((service) => isTask(deployed.app, service))).toBe(false);
    });
  }
});

/** What has an identity at run time. */
const RUNS =
  /^gcp:(cloudrunv2\/(service:Service|job:Job|workerPool:WorkerPool)|compute\/regionInstanceTemplate:RegionInstanceTemplate)$/;

/** E-mail of the account that a resource's containers run as. */
function runAs(inputs: Inputs): string {
  const { serviceAccount, template } = inputs;
  if (serviceAccount) return text(map(serviceAccount).email);
  const outer = map(template);
  return text(outer.serviceAccount) || text(map(outer.template).serviceAccount);
}

const NO_GRANTS: ReadonlySet<string> = new Set([
  "gcp:compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation",
  "gcp:compute/networkFirewallPolicyWithRules:NetworkFirewallPolicyWithRules",
  "gcp:compute/sSLPolicy:SSLPolicy",
  "gcp:compute/securityPolicy:SecurityPolicy",
  "gcp:iam/workloadIdentityPool:WorkloadIdentityPool",
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
  "gcp:monitoring/alertPolicy:AlertPolicy",
  "gcp:projects/iAMAuditConfig:IAMAuditConfig",
]);

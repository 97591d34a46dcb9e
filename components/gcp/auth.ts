import { Config } from "@pulumi/gcp/identityplatform/config.js";
import { DefaultSupportedIdpConfig } from "@pulumi/gcp/identityplatform/defaultSupportedIdpConfig.js";
import { ApiKey } from "@pulumi/gcp/projects/apiKey.js";
import { IAMMember } from "@pulumi/gcp/projects/iammember.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  secret as hide,
  type Output,
  output,
  type Resource,
} from "@pulumi/pulumi";
import { prefixOf } from "../../src/config/connections.ts";
import type { Access } from "../../src/config/model.ts";
import type { DataArgs, DataPart } from "../contracts/data.ts";
import type { ScrapeTarget } from "../contracts/monitoring.ts";
import { OTHERS } from "./auth/ways.ts";
import type { Deployment } from "./deployment.ts";
import type { GcpGrant, GcpHandles } from "./handles.ts";

export interface AuthArgs extends Omit<DataArgs<"auth", GcpHandles>, "network"> {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
}

const JWKS_URL = "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com";
/** What a browser asks to sign in and to renew its token. */
const BROWSER_APIS = ["identitytoolkit.googleapis.com", "securetoken.googleapis.com"];
const ROLES: Readonly<Record<Access, string>> = {
  read: "roles/firebaseauth.viewer",
  write: "roles/firebaseauth.admin",
};

/** The app's users in Identity Platform, which is Firebase Authentication with Google's support.
 *
 * The first 50,000 users of a month cost nothing, then $0.0055 each and less; a text message costs by country
 * (cloud.google.com/identity-platform/pricing). A project has one of it, and it stays when the stack is destroyed; a
 * later stack in the same project takes it over with
 * `pulumi import gcp:identityplatform/config:Config users projects/<project>`.
 *
 * Whoever checks a token needs ISSUER, AUDIENCE and JWKS_URL and no permission. `read` may look users up, `write` may
 * make and change them. API_KEY is for browsers: it works from the app's own hosts, and for signing in alone.
 * @example new Auth("users", { ...shop.part("users"), secrets })
 */
export class Auth extends ComponentResource implements DataPart<GcpHandles> {
  readonly scrape: readonly ScrapeTarget[] = [];
  readonly handle: Output<string>;
  readonly #name: string;
  readonly #args: AuthArgs;
  readonly #config: Config;
  readonly #key: ApiKey;
  readonly #members: Readonly<Record<string, Resource>>;

  constructor(name: string, args: AuthArgs, opts?: ComponentResourceOptions) {
    super("atelier:gcp:Auth", name, {}, opts);
    this.#name = name;
    this.#args = args;
    this.#config = createConfig(this, name, args);
    for (const way of Object.keys(args.spec.clients)) createClient(this, name, way, args, this.#config);
    this.#key = createKey(this, name, args);
    this.#members = createMembers(this, name, args);
    this.handle = output(args.deployment.settings.project);
    this.registerOutputs({});
  }

  /** The connection contract of src/config/connections.ts. */
  grant(consumer: string, _access: Access): GcpGrant {
    const member = this.#members[consumer];
    if (!member) throw new Error(`${consumer} does not use ${this.#name}.`);
    const { project } = this.#args.deployment.settings;
    const prefix = prefixOf(this.#name);
    return {
      env: {
        [`${prefix}PROVIDER`]: this.#args.spec.provider,
        [`${prefix}PROJECT`]: project,
        [`${prefix}ISSUER`]: `https://securetoken.google.com/${project}`,
        [`${prefix}AUDIENCE`]: project,
        [`${prefix}JWKS_URL`]: JWKS_URL,
        [`${prefix}DOMAIN`]: signInHostOf(this.#args),
        [`${prefix}API_KEY`]: this.#key.keyString,
      },
      secrets: {},
      mounts: [],
      ready: [this.#config, member],
    };
  }
}

function createConfig(parent: Resource, name: string, args: AuthArgs): Config {
  const { app, spec } = args;
  const has = (...ways: string[]) => ways.some((way) => spec.signIn.includes(way));
  return new Config(
    name,
    {
      authorizedDomains: hostsOf(args),
      autodeleteAnonymousUsers: has("anonymous"),
      signIn: {
        allowDuplicateEmails: false,
        email: { enabled: has("email", "email-link"), passwordRequired: !has("email-link") },
        phoneNumber: { enabled: has("phone") },
        anonymous: { enabled: has("anonymous") },
      },
      client: {
        permissions: { disabledUserSignup: spec.signUp === "closed", disabledUserDeletion: false },
      },
      multiTenant: { allowTenants: false },
      monitoring: { requestLogging: { enabled: true } },
    },
    { parent, protect: app.protect },
  );
}

/** @throws Error when nobody knows the client's secret; it was refused before */
function createClient(
  parent: Resource,
  name: string,
  way: string,
  { spec, secrets }: AuthArgs,
  config: Config,
) {
  const client = spec.clients[way];
  const idpId = OTHERS[way];
  const value = client && secrets.get(client.secret).value;
  if (!client || idpId === undefined || value === undefined) {
    throw new Error(`data.${name}.clients.${way}: the value of its secret is not known.`);
  }
  return new DefaultSupportedIdpConfig(
    `${name}-${way}`,
    { idpId, clientId: client.id, clientSecret: hide(value), enabled: true },
    { parent, dependsOn: [config] },
  );
}

/** Google gives the name, because one that was deleted is taken for 30 days more. */
function createKey(parent: Resource, name: string, args: AuthArgs): ApiKey {
  return new ApiKey(
    name,
    {
      displayName: `${args.app.name} ${args.app.environment} ${name}`,
      restrictions: {
        apiTargets: BROWSER_APIS.map((service) => ({ service })),
        browserKeyRestrictions: { allowedReferrers: hostsOf(args).map((host) => `https://${host}/*`) },
      },
    },
    { parent },
  );
}

function createMembers(parent: Resource, name: string, { consumers, deployment }: AuthArgs) {
  const members = Object.entries(consumers).map(([consumer, { access, identity }]) => {
    const member = new IAMMember(
      `${name}-${consumer}`,
      { project: deployment.settings.project, role: ROLES[access], member: identity.principal },
      { parent },
    );
    return [consumer, member] as const;
  });
  return Object.fromEntries(members);
}

/** Where a sign-in may begin, and the page that answers for those who know the user already. */
function hostsOf({ app, spec, ...args }: AuthArgs): string[] {
  return [...new Set([app.edge.domain, ...app.edge.aliases, ...spec.domains, signInHostOf(args)])];
}

function signInHostOf({ deployment }: Pick<AuthArgs, "deployment">): string {
  return `${deployment.settings.project}.firebaseapp.com`;
}

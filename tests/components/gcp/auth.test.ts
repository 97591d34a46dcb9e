import { describe, expect, test } from "vitest";
import { differencesOfAuth, refuseAuth } from "../../../components/gcp/auth/refusals.ts";
import { Auth } from "../../../components/gcp/auth.ts";
import type { App, DataOf, Secret } from "../../../src/config/model.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { makeApp, makeAuth, makeService } from "../../helpers/app.ts";
import { gcpDataArgs, makeGcp } from "../../helpers/gcp.ts";
import { makeVault, plainAll } from "../../helpers/gcp-vault.ts";
import { hidden, leaks, runProgram } from "../../helpers/program.ts";

const CONFIG = "gcp:identityplatform/config:Config";
const OTHER = "gcp:identityplatform/defaultSupportedIdpConfig:DefaultSupportedIdpConfig";
const API_KEY = "gcp:projects/apiKey:ApiKey";
const MEMBER = "gcp:projects/iAMMember:IAMMember";
const required: Secret = { source: "required" };

function appOf(spec: Partial<DataOf<"auth">> = {}, app: Partial<App> = {}): App {
  const services = {
    api: makeService({ uses: { users: "read" } }),
    admin: makeService({ uses: { users: "write" } }),
  };
  return makeApp({ services, data: { users: makeAuth(spec) }, ...app });
}

const create = (
  spec: Partial<DataOf<"auth">> = {},
  app: Partial<App> = {},
  values: Readonly<Record<string, string>> = {},
) =>
  runProgram(
    () => {
      const part = new Auth("users", gcpDataArgs("auth", "users", appOf(spec, app), makeVault(values)));
      return part.grant("api", "read");
    },
    { outputs: (type) => (type === API_KEY ? { keyString: "AIza-test" } : {}) },
  );

describe("CG-03: users in Identity Platform", () => {
  test("sign in by e-mail and password, one account per address, from the app's own hosts", async () => {
    const { get } = await create({ domains: ["admin.shop.example"] });
    expect(get("users", CONFIG).inputs).toEqual({
      authorizedDomains: ["shop.example", "admin.shop.example", "acme-prod.firebaseapp.com"],
      autodeleteAnonymousUsers: false,
      signIn: {
        allowDuplicateEmails: false,
        email: { enabled: true, passwordRequired: true },
        phoneNumber: { enabled: false },
        anonymous: { enabled: false },
      },
      client: { permissions: { disabledUserSignup: false, disabledUserDeletion: false } },
      multiTenant: { allowTenants: false },
      monitoring: { requestLogging: { enabled: true } },
    });
    expect(get("users", CONFIG).options.protect).toBe(false);
  });

  test("stay under protection", async () => {
    const { get } = await create({}, { protect: true });
    expect(get("users", CONFIG).options.protect).toBe(true);
  });

  test.each([
    [["email-link"], { email: { enabled: true, passwordRequired: false } }],
    [["phone"], { email: { enabled: false, passwordRequired: true }, phoneNumber: { enabled: true } }],
    [["anonymous"], { anonymous: { enabled: true } }],
  ])("%j", async (signIn, expected) => {
    const { get } = await create({ signIn });
    expect(get("users", CONFIG).inputs.signIn).toMatchObject(expected);
  });

  test("make no accounts of their own where sign-up is closed", async () => {
    const { get } = await create({ signUp: "closed" });
    expect(get("users", CONFIG).inputs.client).toMatchObject({ permissions: { disabledUserSignup: true } });
  });

  test("come from elsewhere with the app's registration there, whose secret nobody sees", async () => {
    const { get, resources } = await create(
      { signIn: ["email", "google"], clients: { google: { id: "42.apps", secret: "GOOGLE" } } },
      { secrets: { GOOGLE: required } },
      { GOOGLE: "s3cret" },
    );
    const other = get("users-google", OTHER);
    expect(other.inputs).toEqual({
      idpId: "google.com",
      clientId: "42.apps",
      clientSecret: hidden("s3cret"),
      enabled: true,
    });
    expect(other.dependencies).toContain("users");
    expect(leaks(resources, ["s3cret"])).toEqual([]);
  });
});

describe("the browser's key", () => {
  test("signs in and nothing else, from the app's own hosts, under a name that Google gives", async () => {
    const { get } = await create();
    expect(get("users", API_KEY).inputs).toEqual({
      displayName: "shop dev users",
      restrictions: {
        apiTargets: [
          { service: "identitytoolkit.googleapis.com" },
          { service: "securetoken.googleapis.com" },
        ],
        browserKeyRestrictions: {
          allowedReferrers: ["https://shop.example/*", "https://acme-prod.firebaseapp.com/*"],
        },
      },
    });
  });
});

describe("a grant", () => {
  test("is what a backend checks a token with, and what a browser signs in with", async () => {
    const { result } = await create();
    expect(await plainAll(result.env)).toEqual({
      USERS_PROVIDER: "firebase",
      USERS_PROJECT: "acme-prod",
      USERS_ISSUER: "https://securetoken.google.com/acme-prod",
      USERS_AUDIENCE: "acme-prod",
      USERS_JWKS_URL:
        "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com",
      USERS_DOMAIN: "acme-prod.firebaseapp.com",
      USERS_API_KEY: "AIza-test",
    });
    expect(result.secrets).toEqual({});
    expect(result.ready).toHaveLength(2);
  });

  test("SA-18: looks up with read, changes with write", async () => {
    const { get } = await create();
    expect(get("users-api", MEMBER).inputs).toEqual({
      project: "acme-prod",
      role: "roles/firebaseauth.viewer",
      member: "serviceAccount:shop-dev-api@acme-prod.iam.gserviceaccount.com",
    });
    expect(get("users-admin", MEMBER).inputs).toMatchObject({ role: "roles/firebaseauth.admin" });
  });
});

describe("what is refused and said", () => {
  const refuse = (spec: Partial<DataOf<"auth">>, secrets: App["secrets"] = {}) =>
    refuseAuth("users", makeAuth(spec), appOf(spec, { secrets })).map(formatProblem);

  test("nothing, usually", () => {
    const clients = { apple: { id: "com.acme", secret: "APPLE" } };
    expect(refuse({ signIn: ["email", "apple"], clients }, { APPLE: required })).toEqual([]);
  });

  test("ways that Identity Platform has not", () => {
    expect(refuse({ signIn: ["carrier-pigeon"] })).toEqual([
      "data.users.signIn.0: carrier-pigeon is not a way to sign in that Identity Platform has; allowed: email, email-link, phone, anonymous, apple, facebook, game-center, github, google, linkedin, microsoft, play-games, twitter, yahoo; write one of them",
    ]);
  });

  test("others without a registration, and own ones with one", () => {
    expect(refuse({ signIn: ["email", "github"], clients: { email: { id: "x", secret: "X" } } })).toEqual([
      "data.users.signIn.1: github needs the app's registration there; add clients: { github: { id: …, secret: NAME_OF_A_SECRET } }",
      "data.users.clients.email: email leads nowhere else and has no client; remove it",
    ]);
  });

  test("a client's secret that is in the store alone", () => {
    const clients = { github: { id: "x", secret: "HUB" } };
    const secrets = { HUB: { source: "existing", name: "hub" } } as const;
    expect(refuse({ signIn: ["github"], clients }, secrets)).toEqual([
      "data.users.clients.github.secret: Identity Platform wants to be told the value itself, and HUB lies in the store alone; allowed: required, generate; declare secrets: { HUB: required }",
    ]);
  });

  test("a second one in the same project", () => {
    const app = makeApp({ data: { users: makeAuth(), staff: makeAuth() } });
    expect(refuseAuth("users", makeAuth(), app)).toEqual([]);
    expect(refuseAuth("staff", makeAuth(), app).map(formatProblem)).toEqual([
      "data.staff: a project has one Identity Platform, and it is users's; remove it and let services use users",
    ]);
  });

  test("what stays is said", () => {
    expect(differencesOfAuth("users")).toEqual([
      "data.users: Identity Platform stands once in a project, and stays when the app goes; environments with users of their own need projects of their own",
    ]);
    expect(makeGcp(appOf()).settings.project).toBe("acme-prod");
  });
});

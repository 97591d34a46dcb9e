import { expect, test } from "vitest";
import { Auth, differencesOfAuth, refuseAuth } from "../../../components/docker/auth.ts";
import { variableNames } from "../../../src/config/connections.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { makeApp, makeAuth, makeService } from "../../helpers/app.ts";
import { dataArgs } from "../../helpers/deployment.ts";
import { runProgram } from "../../helpers/program.ts";

const CONTAINER = "docker:index/container:Container";

const create = () =>
  runProgram(() => {
    const services = { api: makeService({ uses: { users: "read" } }) };
    const app = makeApp({ services, data: { users: makeAuth({ signUp: "closed" }) } });
    const part = new Auth("users", dataArgs("auth", "users", app));
    return part.grant("api", "read");
  });

test("CG-03: the issuer is hardened, has its own network alone, and keeps key and accounts on a volume", async () => {
  const { get } = await create();
  const server = get("shop-dev-users", CONTAINER);
  expect(server.inputs).toMatchObject({
    image: "sha256:auth",
    user: "10001:10001",
    readOnly: true,
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    memory: 128,
    memorySwap: 128,
    restart: "unless-stopped",
    networksAdvanced: [{ name: "shop-dev-users-id", aliases: ["users"] }],
    volumes: [{}, { volumeName: "shop-dev-users", containerPath: "/data", readOnly: false }],
    envs: [],
  });
  expect(server.inputs.ports).toBeUndefined();
  expect(server.dependencies.join()).toContain("shop-dev-users");
  expect(JSON.stringify(server.inputs.healthcheck)).toContain("http://127.0.0.1:9099/health");
});

test("the issuer is told the app's ways to sign in, and that nobody makes an account by himself", async () => {
  const { get } = await create();
  const [config] = get("shop-dev-users-files").inputs.uploads as { file: string; content: string }[];
  expect(config?.file).toBe("/run/config/issuer.json");
  expect(JSON.parse(config?.content ?? "")).toEqual({
    project: "demo-shop-dev",
    apiKey: "local",
    signIn: ["email"],
    signUp: "closed",
  });
});

test("a grant is the whole connection contract, with claims as Firebase's", async () => {
  const { result } = await create();
  expect(result.env).toEqual({
    USERS_PROVIDER: "firebase",
    USERS_PROJECT: "demo-shop-dev",
    USERS_ISSUER: "https://securetoken.google.com/demo-shop-dev",
    USERS_AUDIENCE: "demo-shop-dev",
    USERS_JWKS_URL: "http://users:9099/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com",
    USERS_DOMAIN: "shop.example",
    USERS_API_KEY: "local",
    USERS_EMULATOR: "users:9099",
  });
  expect(Object.keys(result.env)).toEqual(variableNames("users", "auth"));
  expect(result.secrets).toEqual({});
  expect(result.ready).toHaveLength(1);
});

test("ways to sign in that need somebody else, or a message, are refused", () => {
  const spec = makeAuth({ signIn: ["email", "anonymous", "phone", "apple"] });
  expect(refuseAuth("users", spec, "dev").map(formatProblem)).toEqual([
    "data.users.signIn.2: phone is not a way to sign in that docker has: nobody here knows the user or sends a message; allowed: email, anonymous; change it for this target under environments.dev.data.users: { signIn: email, clients: null }",
    "data.users.signIn.3: apple is not a way to sign in that docker has: nobody here knows the user or sends a message; allowed: email, anonymous; change it for this target under environments.dev.data.users: { signIn: email, clients: null }",
  ]);
});

test("what is different from Google's is said", () => {
  expect(differencesOfAuth("users")).toEqual([
    "data.users: an issuer on this host keeps the users, without mail or text messages; every service that uses it may make and remove accounts",
  ]);
});

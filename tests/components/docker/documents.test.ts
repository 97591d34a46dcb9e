import { expect, test } from "vitest";
import { Documents, differencesOfDocuments, refuseDocuments } from "../../../components/docker/documents.ts";
import type { ImageSource } from "../../../components/docker/images.ts";
import { Secrets } from "../../../components/docker/secrets.ts";
import type { DataOf } from "../../../src/config/model.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { makeApp, makeDocuments, makeService } from "../../helpers/app.ts";
import { dataArgs, SEED } from "../../helpers/deployment.ts";
import { leaks, runProgram } from "../../helpers/program.ts";

const create = () =>
  runProgram(() => {
    const services = {
      api: makeService({ uses: { items: "write" } }),
      web: makeService({ uses: { items: "read" } }),
    };
    const app = makeApp({ services, data: { items: makeDocuments() } });
    const part = new Documents("items", dataArgs("documents", "items", app));
    return part.grant("api", "write");
  });

const passwordOf = (user: string) =>
  new Secrets({ app: makeApp(), values: {}, seed: SEED }).password(`items/${user}`).value;

test("the server asks for a login and keeps its data on the volume", async () => {
  const { get } = await create();
  expect(get("shop-dev-items", "docker:index/container:Container").inputs).toMatchObject({
    image: "sha256:documents",
    command: ["mongod", "--auth", "--bind_ip_all"],
    user: "999:999",
    envs: [
      "HOME=/tmp",
      "MONGO_INITDB_ROOT_PASSWORD_FILE=/run/secrets/admin",
      "MONGO_INITDB_ROOT_USERNAME=atelier_admin",
    ],
    volumes: [{}, { volumeName: "shop-dev-items", containerPath: "/data/db", readOnly: false }],
    stopTimeout: 60,
  });
});

test("each consumer has a user with one role, and no password is unmarked", async () => {
  const { get, resources } = await create();
  expect(leaks(resources, ["api", "web", "atelier_admin"].map(passwordOf))).toEqual([]);
  const uploads = get(/^shop-dev-items-setup-[0-9a-f]{6}-files$/).inputs.uploads as {
    content: { value: string };
  }[];
  const script = uploads[0]?.content.value ?? "";
  const wanted = JSON.parse(/const wanted = (\[[\s\S]*?\n\]);/.exec(script)?.[1] ?? "[]") as unknown;
  expect(wanted).toEqual([
    { user: "api", pwd: passwordOf("api"), roles: [{ role: "readWrite", db: "items" }] },
    { user: "web", pwd: passwordOf("web"), roles: [{ role: "read", db: "items" }] },
  ]);
});

test("a grant is the connection contract with the consumer's own user", async () => {
  const { result } = await create();
  expect(result.env).toEqual({
    ITEMS_HOST: "items",
    ITEMS_PORT: "27017",
    ITEMS_NAME: "items",
    ITEMS_USER: "api",
  });
  expect(result.secrets.ITEMS_URL?.value).toBe(
    `mongodb://api:${passwordOf("api")}@items:27017/items?authSource=items`,
  );
});

test.each<[Partial<DataOf<"documents">>, ImageSource | undefined, string[]]>([
  [{}, undefined, []],
  [{}, "upstream", []],
  [
    {},
    "debian",
    [
      "data.items: MongoDB is not packaged by Debian, and no image registry is used here; let the host reach an image registry and set atelier:docker.images: upstream, or use postgres with a jsonb column",
    ],
  ],
  [{ engine: "firestore" }, "upstream", []],
  [{ engine: "firestore", version: 6 }, "debian", []],
  [
    { version: 6 },
    "upstream",
    [
      "data.items.version: MongoDB 6 is not the version that the docker target carries; allowed: 7; set version: 7",
    ],
  ],
])("%o from %s", (changes, source, messages) => {
  expect(refuseDocuments("items", makeDocuments(changes), source).map(formatProblem)).toEqual(messages);
});

const createFirestore = () =>
  runProgram(() => {
    const services = { api: makeService({ uses: { items: "write" } }) };
    const app = makeApp({ services, data: { items: makeDocuments({ engine: "firestore" }) } });
    return new Documents("items", dataArgs("documents", "items", app)).grant("api", "write");
  });

test("CG-03: Firestore's emulator is hardened, has its own network alone, and keeps documents on a volume", async () => {
  const { get, named } = await createFirestore();
  const server = get("shop-dev-items", "docker:index/container:Container");
  expect(server.inputs).toMatchObject({
    image: "sha256:firestore",
    user: "10001:10001",
    readOnly: true,
    capabilities: { drops: ["ALL"] },
    memory: 1024,
    restart: "unless-stopped",
    networksAdvanced: [{ name: "shop-dev-items-id", aliases: ["items"] }],
    volumes: [{}, { volumeName: "shop-dev-items", containerPath: "/data", readOnly: false }],
  });
  expect(JSON.stringify(server.inputs.healthcheck)).toContain("http://127.0.0.1:8080/health");
  expect(named(/setup/)).toEqual([]);
});

test("a grant of Firestore's names its project and its emulator, and has no login", async () => {
  const { result } = await createFirestore();
  expect(result.env).toEqual({
    ITEMS_HOST: "items",
    ITEMS_PORT: "8080",
    ITEMS_NAME: "items",
    ITEMS_PROJECT: "demo-shop-dev",
    ITEMS_EMULATOR: "items:8080",
  });
  expect(result.secrets).toEqual({});
  expect(result.ready).toHaveLength(1);
});

test("what is different from Google's Firestore is said", () => {
  expect(differencesOfDocuments("items", makeDocuments({ engine: "firestore" }))).toEqual([
    "data.items: an emulator of Firestore on this host keeps the documents; it has no listeners and no vector search, wants no indexes, and every service that uses it may write",
  ]);
  expect(differencesOfDocuments("items", makeDocuments())).toEqual([]);
});

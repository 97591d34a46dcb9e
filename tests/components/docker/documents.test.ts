import { expect, test } from "vitest";
import { Documents, refuseDocuments } from "../../../components/docker/documents.ts";
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
  [
    { engine: "firestore" },
    "upstream",
    [
      "data.items.engine: firestore runs at Google alone; allowed: mongodb; set engine: mongodb for this environment, or use a gcp target",
    ],
  ],
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

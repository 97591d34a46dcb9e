import { describe, expect, test } from "vitest";
import { accountsFile, bucketPolicy } from "../../../components/docker/bucket/access.ts";
import { Bucket, refuseBucket } from "../../../components/docker/bucket.ts";
import { Secrets } from "../../../components/docker/secrets.ts";
import type { DataOf } from "../../../src/config/model.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { days } from "../../../src/config/units.ts";
import { makeApp, makeBucket, makeService } from "../../helpers/app.ts";
import { dataArgs, SEED } from "../../helpers/deployment.ts";
import { hidden, leaks, runProgram } from "../../helpers/program.ts";

const CONTAINER = "docker:index/container:Container";

const create = (changes: Partial<DataOf<"bucket">> = {}) =>
  runProgram(() => {
    const services = {
      api: makeService({ uses: { media: "write" } }),
      web: makeService({ uses: { media: "read" } }),
    };
    const app = makeApp({ services, data: { media: makeBucket(changes) } });
    const part = new Bucket("media", dataArgs("bucket", "media", app));
    return { part, grant: part.grant("api", "write") };
  });

const secretOf = (key: string) =>
  new Secrets({ app: makeApp(), values: {}, seed: SEED }).password(`media/${key}`).value;

test("the gateway keeps objects, versions and accounts on the volume", async () => {
  const { get, result } = await create();
  expect(get("shop-dev-media", CONTAINER).inputs).toMatchObject({
    image: "sha256:s3",
    user: "10001:10001",
    entrypoints: ["/atelier/bin/busybox", "sh", "/run/config/start"],
    networksAdvanced: [{ name: "shop-dev-media-id", aliases: ["media"] }],
    volumes: [{}, { volumeName: "shop-dev-media", containerPath: "/data", readOnly: false }],
  });
  expect(result.part.backend).toEqual({
    alias: "media",
    port: 9000,
    kind: "bucket",
    health: { path: "/_health", every: 5000, timeout: 2000, failAfter: 3 },
  });
  expect(result.part.scrape).toEqual([]);
});

test("a grant is the connection contract with the consumer's own key", async () => {
  const { result } = await create();
  expect(result.grant.env).toEqual({
    MEDIA_ENDPOINT: "http://media:9000",
    MEDIA_BUCKET: "media",
    MEDIA_REGION: "us-east-1",
    MEDIA_ACCESS_KEY: "api",
  });
  expect(result.grant.secrets.MEDIA_SECRET_KEY?.value).toBe(secretOf("api"));
});

test("no key is unmarked; the setup brings the accounts as a secret file and the policy as a plain one", async () => {
  const { resources, get } = await create({ expireAfter: days(30) });
  const keys = ["api", "web", "atelier_admin", "atelier_expiry"];
  expect(leaks(resources, keys.map(secretOf))).toEqual([]);
  const uploads = get(/^shop-dev-media-setup-[0-9a-f]{6}-files$/).inputs.uploads;
  expect(uploads).toContainEqual({
    file: "/run/secrets/users.json",
    content: hidden(
      accountsFile([
        { key: "api", secret: secretOf("api"), access: "write" },
        { key: "web", secret: secretOf("web"), access: "read" },
        { key: "atelier_expiry", secret: secretOf("atelier_expiry"), access: "expire" },
      ]),
    ),
    permissions: "0444",
  });
});

test("objects expire by a container that the keeper starts each hour", async () => {
  const { get, named } = await create({ expireAfter: days(30) });
  const expiry = get(/^shop-dev-media-expire-[0-9a-f]{6}$/).inputs;
  expect(expiry).toMatchObject({
    image: "sha256:keeper",
    entrypoints: ["python3", "/run/config/s3.py", "expire"],
    envs: [
      "ACCESS_KEY=atelier_expiry",
      "BUCKET=media",
      "EXPIRE_AFTER=2592000",
      "HOST=media:9000",
      "REGION=us-east-1",
    ],
    start: false,
  });
  expect(expiry.labels).toContainEqual({ label: "atelier.cron", value: "17 * * * *" });
  expect(named(/expire/)).toHaveLength(2);
  expect((await create()).named(/expire/)).toEqual([]);
});

test("versioning is the setup's to switch", async () => {
  const envs = async (versioning: boolean) =>
    (await create({ versioning })).get(/^shop-dev-media-setup-[0-9a-f]{6}$/).inputs.envs;
  expect(await envs(true)).toContain("VERSIONING=true");
  expect(await envs(false)).toContain("VERSIONING=false");
});

describe("the policy", () => {
  const statements = (access: "read" | "write" | "expire") =>
    (
      JSON.parse(bucketPolicy("media", [{ key: "api", secret: "x", access }])) as {
        Statement: { Effect: string; Principal: unknown; Action: string[]; Resource: string[] }[];
      }
    ).Statement;

  test("names one principal per statement, the bucket and its objects", () => {
    for (const [index, statement] of statements("write").entries()) {
      expect(statement).toMatchObject({
        Effect: "Allow",
        Principal: { AWS: ["api"] },
        Resource: [index === 0 ? "arn:aws:s3:::media" : "arn:aws:s3:::media/*"],
      });
    }
  });

  test("lets a reader read, a writer write, and nobody touch versions, policy or settings", () => {
    const actions = (access: "read" | "write" | "expire") =>
      statements(access).flatMap(({ Action }) => Action);
    expect(actions("read").filter((action) => /Put|Delete|Abort/.test(action))).toEqual([]);
    expect(actions("write")).toContain("s3:PutObject");
    expect(actions("write")).toContain("s3:DeleteObject");
    expect(
      actions("write").filter((action) => /DeleteObjectVersion|Policy|Acl|\*|PutBucket/.test(action)),
    ).toEqual([]);
    expect(actions("expire")).toEqual(["s3:ListBucket", "s3:DeleteObject"]);
  });

  test("of a bucket that nobody uses is none", () => {
    expect(bucketPolicy("media", [])).toBe("");
  });
});

test("a name that S3 would not take is refused", () => {
  expect(refuseBucket("media")).toEqual([]);
  expect(refuseBucket("m").map(formatProblem)).toEqual([
    "data.m: m is the bucket's name too, and has 1 characters; allowed: 3–63 characters; give it another name",
  ]);
});

import { expect, test } from "vitest";
import { refuseData } from "../../../components/docker/data-refusals.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import {
  makeApp,
  makeAuth,
  makeBucket,
  makeDocuments,
  makePostgres,
  makeRedis,
  makeService,
  makeVectors,
} from "../../helpers/app.ts";

test("an app that one host can carry is not refused", () => {
  const data = { db: makePostgres(), cache: makeRedis(), index: makeVectors(), media: makeBucket() };
  expect(refuseData(makeApp({ data }), "debian")).toEqual([]);
});

test("every kind answers, all at once", () => {
  const app = makeApp({
    services: {
      public: makeService({ uses: { db: "write", index: "write" } }),
      other: makeService({ uses: { index: "write" } }),
    },
    data: {
      db: makePostgres({ version: 16 }),
      cache: makeRedis({ version: 6 }),
      items: makeDocuments(),
      index: makeVectors(),
      b: makeBucket(),
      users: makeAuth({ signIn: ["phone"] }),
    },
  });
  expect(refuseData(app, "debian").map(formatProblem)).toEqual([
    "data.db.version: PostgreSQL 16 cannot be had: no image registry is used here, and Debian 12 packages one version; allowed: 15; set version: 15",
    "services.public: PostgreSQL keeps the role name public for itself, and each service logs in under its own name; call the service something else",
    "data.cache.version: Redis 6 is not the version that the docker target carries; allowed: 7; set version: 7",
    "data.items: MongoDB is not packaged by Debian, and no image registry is used here; let the host reach an image registry and set atelier:docker.images: upstream, or use postgres with a jsonb column",
    "data.index: public and other run all the time and write to it, and an index has one writer; leave one with write and give the others read; jobs and cron entries may write in turn",
    "data.b: b is the bucket's name too, and has 1 characters; allowed: 3–63 characters; give it another name",
    "data.users.signIn.0: phone is not a way to sign in that docker has: nobody here knows the user or sends a message; allowed: email, anonymous; change it for this target under environments.dev.data.users: { signIn: email, clients: null }",
  ]);
  expect(refuseData(app).map(({ path }) => path.join("."))).toEqual([
    "services.public",
    "data.cache.version",
    "data.index",
    "data.b",
    "data.users.signIn.0",
  ]);
});

/** A stack with every kind of data that this host can carry, and services that look at it from inside. */
import { join } from "node:path";
import type { DataPart } from "../../../../components/contracts/data.ts";
import type { DockerHandles } from "../../../../components/docker/handles.ts";
import { settings } from "../../../../components/docker/settings.ts";
import { consumersOf, linksOf } from "../../../../src/app/links.ts";
import { startOrder } from "../../../../src/app/order.ts";
import type { App, Service } from "../../../../src/config/model.ts";
import { days, mebibytes } from "../../../../src/config/units.ts";
import { docker } from "../../../../stacks/docker.ts";
import {
  makeApp,
  makeBucket,
  makePostgres,
  makeRedis,
  makeService,
  makeVectors,
} from "../../../helpers/app.ts";

export interface Options {
  readonly keepVolumes: boolean;
  /** Of Postgres, in MiB: a change replaces its container. */
  readonly memory: number;
  /** Whether the service that reads is there. */
  readonly reader: boolean;
}

const PROBE = {
  source: {
    type: "build",
    context: join(import.meta.dirname, "../probe"),
    dockerfile: "Dockerfile",
    args: {},
  },
} as const satisfies Partial<Service>;

function appOf({ memory, reader }: Options): App {
  const all = (access: "read" | "write") => ({ db: access, cache: access, index: access, media: access });
  return makeApp({
    name: "dev-data",
    environment: "e2e",
    services: {
      writer: makeService({ ...PROBE, uses: all("write") }),
      ...(reader && { reader: makeService({ ...PROBE, uses: all("read") }) }),
      migrate: makeService({
        ...PROBE,
        kind: "job",
        uses: { db: "write" },
        command: [
          "sh",
          "-c",
          'psql -q "$(cat $DB_URL_FILE)" -c "CREATE TABLE IF NOT EXISTS migrated (id int)"',
        ],
      }),
      stranger: makeService(PROBE),
    },
    data: {
      db: makePostgres({
        memory: mebibytes(memory),
        init: [join(import.meta.dirname, "init.sql")],
        extensions: ["pgcrypto"],
        pool: { max: 2, total: 30 },
      }),
      cache: makeRedis({ memory: mebibytes(8) }),
      index: makeVectors(),
      media: makeBucket({ versioning: true, expireAfter: days(30) }),
    },
  });
}

/** What stacks/compose.ts does, without edge and monitoring. */
export async function deploy(options: Options): Promise<void> {
  const app = appOf(options);
  const chosen = settings.parse({ keepVolumes: options.keepVolumes, ports: { http: 28580, https: 28543 } });
  const adapters = (await docker.open(
    app,
    chosen,
  )) as unknown as import("../../../../components/contracts/target.ts").Adapters<DockerHandles>;
  const network = adapters.network({ app, links: linksOf(app) });
  const secrets = adapters.secrets({ app, readers: {}, values: {}, seed: "5eed".repeat(16) });
  const parts: Record<string, DataPart<DockerHandles>> = {};
  for (const [name, spec] of Object.entries(app.data)) {
    const consumers = Object.fromEntries(
      Object.entries(consumersOf(app, name)).map(([service, access]) => [
        service,
        { access, identity: adapters.identity(service) },
      ]),
    );
    const adapter = adapters.data[spec.kind] as unknown as {
      create(name: string, args: object): DataPart<DockerHandles>;
    };
    parts[name] = adapter.create(name, { app, network, secrets, consumers, spec });
  }
  for (const name of startOrder(app)) {
    const spec = app.services[name] as Service;
    const grants = Object.entries(spec.uses).flatMap(([used, access]) => {
      const part = parts[used];
      return part ? [[used, part.grant(name, access)] as const] : [];
    });
    adapters.service(name, {
      app,
      name,
      spec,
      network,
      identity: adapters.identity(name),
      consumers: {},
      grants: Object.fromEntries(grants),
      secrets: {},
      after: [],
    });
  }
}

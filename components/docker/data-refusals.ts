/** What this target can't do for data. Each kind answers beside its adapter; this is the table of them. */
import { consumersOf } from "../../src/app/links.ts";
import { refuseWriters } from "../../src/app/writers.ts";
import type { App, DataKind, DataOf } from "../../src/config/model.ts";
import type { Problem } from "../../src/config/problem.ts";
import { refuseAuth } from "./auth.ts";
import { refuseBucket } from "./bucket.ts";
import { refuseDocuments } from "./documents.ts";
import type { ImageSource } from "./images.ts";
import { refusePostgres } from "./postgres/refusals.ts";
import { refuseRedis } from "./redis/refusals.ts";

interface Question<K extends DataKind> {
  readonly app: App;
  readonly name: string;
  readonly spec: DataOf<K>;
  readonly source?: ImageSource;
}

const REFUSALS: { readonly [K in DataKind]: (question: Question<K>) => Problem[] } = {
  postgres: ({ app, name, spec, source }) =>
    refusePostgres(name, spec, { consumers: Object.keys(consumersOf(app, name)), ...(source && { source }) }),
  redis: ({ name, spec }) => refuseRedis(name, spec),
  documents: ({ name, spec, source }) => refuseDocuments(name, spec, source),
  vectors: ({ app, name }) => refuseWriters(name, app),
  bucket: ({ name }) => refuseBucket(name),
  auth: ({ app, name, spec }) => refuseAuth(name, spec, app.environment),
};

/** Every reason why this target can't carry the app's data.
 * @param source where images come from; absent while that is not known, then only what none of them has is refused
 */
export function refuseData(app: App, source?: ImageSource): Problem[] {
  return Object.entries(app.data).flatMap(([name, spec]) => {
    const refuse = REFUSALS[spec.kind] as (question: Question<DataKind>) => Problem[];
    return refuse({ app, name, spec, ...(source && { source }) });
  });
}

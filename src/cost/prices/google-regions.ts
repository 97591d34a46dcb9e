/** What a region costs, compared with the base region. */
import written from "./google-regions.json" with { type: "json" };

/** What a price follows: machines (of E2), solid-state disks, Cloud Run by instance or by request, storage; or nothing. */
export type Scope = "machine" | "disk" | "run" | "run-request" | "storage" | "global";

interface Row {
  /** e2-highmem-4, dollars an hour. */
  readonly e2: number;
  /** pd-ssd, dollars per GiB and month. */
  readonly ssd: number;
  /** Standard storage, dollars per GiB and month. */
  readonly storage: number;
  /** Price tier of Cloud Run. */
  readonly run: number;
}

const rows: Readonly<Record<string, Row>> = written.regions;
const base = rows["us-central1"] as Row;

/** Cloud Run's second tier by its first: the catalog's prices by instance and by request. */
const SECOND_TIER = { run: 1.2, "run-request": 1.4 } as const;

const FACTORS: Readonly<Record<Scope, (row: Row) => number>> = {
  machine: ({ e2 }) => e2 / base.e2,
  disk: ({ ssd }) => ssd / base.ssd,
  run: ({ run }) => (run === 1 ? 1 : SECOND_TIER.run),
  "run-request": ({ run }) => (run === 1 ? 1 : SECOND_TIER["run-request"]),
  storage: ({ storage }) => storage / base.storage,
  global: () => 1,
};

/** Multi-regions, by the region that their documents and objects cost like. */
const MULTI: Readonly<Record<string, string>> = { us: "us-central1", eu: "europe-west1", asia: "asia-east1" };
/** Two or three regions at once cost as the catalog's multi-region entries: objects 1.3 times, documents twice. */
const MULTI_STORAGE = 1.3;
const MULTI_DOCUMENTS = 2;

export function factorIn(scope: Scope, location: string): { factor: number; assumed?: string } {
  const name = location.toLowerCase();
  if (scope === "global") return { factor: 1 };
  const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
  if (row) return { factor: FACTORS[scope](row) };
  const home = Object.hasOwn(MULTI, name) ? rows[MULTI[name] ?? ""] : undefined;
  if (home && scope === "storage") return { factor: FACTORS.storage(home) * MULTI_STORAGE };
  if (/^(nam|eur)\d$/.test(name)) return { factor: MULTI_DOCUMENTS };
  return { factor: 1, assumed: `no price is known for ${location}; it counts as us-central1` };
}

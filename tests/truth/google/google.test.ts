/** Every field and every word that goes to Google Cloud, against Google's own documents.
 *
 * The tables of types/ say which object of Google's a resource is and which of its fields have another name; whatever
 * they do not name has to be there under the same name, settable, of the same type, and from the same list of words.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { AUTO_NAMED, SECRET } from "../../../rehearsal/google/behaviour.ts";
import { REPLACEMENTS } from "../../../rehearsal/google/replacements.ts";
import { REQUIRED } from "../../../rehearsal/google/required.ts";
import type { Json, Registered } from "../../helpers/program.ts";
import { checkResources, type Finding } from "./check.ts";
import { type Documents, loadDocuments } from "./documents.ts";
import { type Emitted, emittedResources } from "./emitted.ts";
import type { Rule, Service } from "./mapping.ts";
import { checkRequired } from "./required.ts";
import { sdkOf } from "./sdk.ts";
import { services } from "./types/index.ts";

let documents: Documents;
let emitted: Emitted;

beforeAll(async () => {
  documents = await loadDocuments();
  emitted = await emittedResources();
}, 300_000);

const TYPES = services.flatMap(({ types }) => Object.keys(types)).sort();

const line = ({ type, resource, path, problem, value, allowed }: Finding): string =>
  `${problem}: ${type} ${resource} ${path} = ${JSON.stringify(value)}; allowed: ${allowed}`;

describe("what goes to Google", () => {
  test("has only fields and words that Google knows, and all that the provider asks for", () => {
    const { resources } = emitted;
    const { findings, values } = checkResources(resources, services, documents);
    const { present, missing } = checkRequired(resources);
    const count = (problem: Finding["problem"]) => findings.filter((one) => one.problem === problem).length;
    console.log(
      `${resources.length} resources of ${new Set(resources.map(({ type }) => type)).size} types, ${values} values checked: ` +
        `${count("unknown field")} unknown fields, ${count("unknown word")} unknown enum values, ${present} required inputs present`,
    );
    expect(findings.map(line)).toEqual([]);
    expect(missing).toEqual([]);
    expect(values).toBeGreaterThan(50_000);
  });

  test("is of types that the tables know, and the tables know no others", () => {
    expect([...new Set(emitted.resources.map(({ type }) => type))].sort()).toEqual(TYPES);
  });

  test("uses every line of the tables", () => {
    const { used } = checkResources(emitted.resources, services, documents);
    expect(linesOf(services).flatMap(([name, rule]) => (used.has(rule) ? [] : [name]))).toEqual([]);
  });

  test("has no text that was put together from something that is not there", () => {
    const broken = emitted.resources.flatMap(({ name, type, inputs }) =>
      /\bundefined\b|\[object |\bNaN\b|Calling \[toString\]/.test(JSON.stringify(inputs))
        ? [`${type} ${name}`]
        : [],
    );
    expect(broken).toEqual([]);
  });

  test("comes of an app that neither target refuses", () => {
    // Examples are told of as well: what a target refuses it does not emit, and nothing of it is checked.
    for (const refusal of emitted.refused) console.log(`not checked, because refused: ${refusal}`);
    expect(emitted.refused.filter((refusal) => refusal.startsWith("wide "))).toEqual([]);
  });
});

describe("what the rehearsal knows of the types", () => {
  test("is complete", () => {
    expect(Object.keys(REPLACEMENTS).sort()).toEqual(TYPES);
    expect(Object.keys(REQUIRED).sort()).toEqual(TYPES);
  });

  test.each(TYPES)("agrees with the provider's package: %s", (type) => {
    const { required, named, inputs, secret } = sdkOf(type);
    expect(REQUIRED[type]).toEqual(required);
    expect(SECRET[type] ?? []).toEqual(secret);
    expect(AUTO_NAMED.has(type)).toBe(named && !required.includes("name") && !inputs.includes("namePrefix"));
    expect((REPLACEMENTS[type] ?? []).filter((path) => !inputs.includes(path.split(".")[0] ?? ""))).toEqual(
      [],
    );
  });
});

describe("the check itself", () => {
  const TYPE = "gcp:sql/databaseInstance:DatabaseInstance";
  const check = (inputs: { [key: string]: Json }, type = TYPE) =>
    checkResources([registered(type, inputs)], services, documents).findings.map(
      ({ path, problem }) => `${path}: ${problem}`,
    );

  test.each<[string, { [key: string]: Json }, string]>([
    ["a field that is not there", { settings: { tiers: "db-f1-micro" } }, "settings.tiers: unknown field"],
    ["a word that is not in the list", { databaseVersion: "POSTGRES_99" }, "databaseVersion: unknown word"],
    ["a text for a number", { settings: { diskSize: "large" } }, "settings.diskSize: wrong type"],
    ["one for a list", { settings: { databaseFlags: "on" } }, "settings.databaseFlags: wrong type"],
    ["a list for one", { settings: [{ tier: "db-f1-micro" }] }, "settings: wrong type"],
    ["a form that is not Google's", { settings: { tier: "db-n1-standard-1" } }, "settings.tier: wrong form"],
    ["what Google fills in", { createTime: "now" }, "createTime: not to be set"],
    [
      "what Google gave up",
      { settings: { replicationType: "ASYNCHRONOUS" } },
      "settings.replicationType: outdated",
    ],
  ])("finds %s", (_, inputs, finding) => {
    expect(check(inputs)).toContain(finding);
  });

  test("looks into lists, secrets and entries that Google keeps by name", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "1" };
    expect(check({ settings: { databaseFlags: [{ name: "a", value: secret, kind: 1 }] } })).toEqual([
      "settings.databaseFlags[0].kind: unknown field",
    ]);
    const repository = { cleanupPolicies: [{ id: "old", action: "REMOVE" }] };
    expect(check(repository, "gcp:artifactregistry/repository:Repository")).toEqual([
      "cleanupPolicies[0].action: unknown word",
    ]);
  });

  test("reads a dashboard's text", () => {
    const dashboardJson = JSON.stringify({
      displayName: "API",
      mosaicLayout: { columns: 12, tiles: [{ x: 1 }] },
    });
    expect(check({ dashboardJson }, "gcp:monitoring/dashboard:Dashboard")).toEqual([
      "dashboardJson.mosaicLayout.tiles[0].x: unknown field",
    ]);
  });

  test("says in one line what is missing where there is neither cache nor network", async () => {
    const folder = mkdtempSync(join(tmpdir(), "atelier-no-documents-"));
    try {
      const nowhere = { env: { XDG_CACHE_HOME: folder, PATH: "" }, pypi: "http://127.0.0.1:9" };
      await expect(loadDocuments(nowhere)).rejects.toThrow(
        /^Google's discovery documents are missing and google-api-python-client 2\.202\.0 could not be had \(pip: no python3 on PATH; PyPI: .+\); run once with a network$/,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

function linesOf(all: readonly Service[]): (readonly [name: string, rule: Rule])[] {
  return all.flatMap(({ types, schemas = {} }) => {
    const own = Object.entries(types).map(([type, { fields = {} }]) => [type, fields] as const);
    return [...own, ...Object.entries(schemas)].flatMap(([name, rules]) =>
      Object.entries(rules).map(([field, rule]) => [`${name}.${field}`, rule] as const),
    );
  });
}

function registered(type: string, inputs: { [key: string]: Json }): Registered {
  const options = {
    protect: false,
    retainOnDelete: false,
    deleteBeforeReplace: false,
    ignoreChanges: [],
    additionalSecretOutputs: [],
  };
  return { type, name: "one", inputs, parent: "", dependencies: [], after: [], needs: [], options };
}

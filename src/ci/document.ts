/** Workflows as YAML: values are escaped by the library, versions stand beside their digests, and the first line says
 * who wrote the file.
 */
import { type Document, isMap, isScalar, Document as NewDocument, type Node, type Scalar, visit } from "yaml";
import { actions, images } from "./pins.ts";
import { MARKER } from "./pipeline.ts";

const versions: ReadonlyMap<string, string> = new Map(
  Object.values(actions).map(({ repository, digest, version }) => [`${repository}@${digest}`, version]),
);
const imageVersions: ReadonlySet<string> = new Set(
  Object.values(images).map(({ version, digest }) => `${version}@${digest}`),
);

export interface Written {
  /** How the file is written again: the whole command. */
  readonly command: string;
  /** Lines below the first that say what the file is for. */
  readonly about: readonly string[];
  /** Permission → why a job has it; stands behind each grant. */
  readonly reasons?: Readonly<Record<string, string>>;
}

/** The text of a file that `isOurs` knows again. */
export function documentText(content: unknown, { command, about, reasons = {} }: Written): string {
  const document = new NewDocument(content, { aliasDuplicateObjects: false });
  document.commentBefore = [
    `${MARKER.slice(1)}. Not to be edited: change the stack or the options, then`,
    `   ${command}`,
    ...about.map((line) => ` ${line}`),
  ].join("\n");
  comment(document, reasons);
  spaceOut(document.contents);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** Whether a text was written by us, whatever stands in it. */
export const isOurs = (text: string): boolean => text.startsWith(MARKER);

function comment(document: Document, reasons: Readonly<Record<string, string>>): void {
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !isScalar(value)) return;
      const version = key.value === "uses" ? versions.get(String(value.value)) : undefined;
      if (version) value.comment = ` ${version}`;
      const isGrant =
        value.value === "write" || (value.value === "read" && Object.hasOwn(reasons, String(key.value)));
      if (isGrant && Object.hasOwn(reasons, String(key.value)))
        value.comment = ` ${reasons[String(key.value)]}`;
    },
    Scalar(_, scalar) {
      if (imageVersions.has(String(scalar.value)))
        (scalar as Scalar).comment = " the tag's digest of October 2026";
    },
  });
}

/** An empty line before each block of the first level, and before each job. */
function spaceOut(contents: Node | null): void {
  if (!isMap(contents)) return;
  for (const [index, { key, value }] of contents.items.entries()) {
    if (index > 0 && isScalar(key)) key.spaceBefore = true;
    if (!isScalar(key) || key.value !== "jobs" || !isMap(value)) continue;
    for (const [place, job] of value.items.entries()) {
      if (place > 0 && isScalar(job.key)) job.key.spaceBefore = true;
    }
  }
}

/** Files are written where nobody else's stand, and compared without being touched. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { documentText } from "../../src/ci/document.ts";
import { compareFiles, describeStates, writeFiles } from "../../src/ci/files.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-files-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const text = (value: unknown) => documentText({ value }, { command: "npx atelier ci github", about: [] });

it("writes what is missing or changed, and says what", async () => {
  const [one, two] = [join(folder, "a", "one.yml"), join(folder, "two.yml")];
  expect(await writeFiles({ [one]: text(1), [two]: text(2) })).toEqual([one, two]);
  expect(await writeFiles({ [one]: text(1), [two]: text(3) })).toEqual([two]);
  expect(await readFile(two, "utf8")).toBe(text(3));
});

it("writes nothing when somebody else wrote one of the files", async () => {
  const [ours, theirs] = [join(folder, "ours.yml"), join(folder, "theirs.yml")];
  await writeFile(theirs, "name: by hand\n");
  await expect(writeFiles({ [ours]: text(1), [theirs]: text(1) })).rejects.toThrow(
    `${theirs} is there and not written by atelier ci; move it away, or write elsewhere with --out`,
  );
  expect(await readFile(theirs, "utf8")).toBe("name: by hand\n");
  await expect(readFile(ours)).rejects.toThrow("ENOENT");
});

it("tells missing, current, changed and foreign files apart", async () => {
  const files = Object.fromEntries(
    ["missing", "current", "changed", "foreign"].map((name) => [join(folder, name), text(name)]),
  );
  await writeFile(join(folder, "current"), text("current"));
  await writeFile(join(folder, "changed"), text("before"));
  await writeFile(join(folder, "foreign"), "by hand");
  const states = new Map(
    [...(await compareFiles(files))].map(([path, state]) => [path.slice(folder.length + 1), state]),
  );
  expect(describeStates(states)).toEqual({
    text:
      "missing is missing\ncurrent is current\nchanged is not what would be written now\n" +
      "foreign was not written by atelier ci\n",
    current: false,
  });
  expect(describeStates(new Map([["a", "current"]])).current).toBe(true);
});

it("escapes what stands in values", () => {
  const value = "a: b # c\n- ${{ no }}";
  expect(text(value)).toContain("value: |-\n  a: b # c\n  - ${{ no }}\n");
  expect(text("yes: no")).toContain('value: "yes: no"\n');
});

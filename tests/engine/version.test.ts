import { expect, it } from "vitest";
import { pins } from "../../engine/pins.ts";
import { atLeast, parseVersion, version } from "../../engine/version.ts";
import packageFile from "../../package.json" with { type: "json" };

it.each([
  ["v3.259.0", [3, 259, 0]],
  ["go version go1.26.6 linux/amd64", [1, 26, 6]],
  ["go1.27", [1, 27, 0]],
  ["3.259.0-alpha.1", [3, 259, 0]],
])("reads %s", (text, expected) => expect(parseVersion(text)).toEqual(expected));

it("reads nothing out of nothing", () => expect(parseVersion("unknown")).toBeUndefined());

it.each([
  ["3.259.0", "3.249.0", true],
  ["3.249.0", "3.249.0", true],
  ["3.248.9", "3.249.0", false],
  ["4.0.0", "3.249.0", true],
  ["2.999.0", "3.0.0", false],
  ["1.26.5", "1.26.6", false],
])("%s is at least %s: %s", (found, oldest, expected) =>
  expect(atLeast(version(found), version(oldest))).toBe(expected),
);

it("pins the versions that package.json depends on", () => {
  expect(pins.pulumi).toBe(packageFile.dependencies["@pulumi/pulumi"]);
  expect(pins.dockerProvider).toBe(packageFile.dependencies["@pulumi/docker"]);
});

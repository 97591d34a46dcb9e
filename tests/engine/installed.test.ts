import { join } from "node:path";
import { expect, it } from "vitest";
import { findInstalled } from "../../engine/installed.ts";
import { script, temporaryFolder } from "./helpers.ts";

it("takes a new enough pulumi from PATH, with its language host", async () => {
  const folder = await temporaryFolder();
  const pulumi = await script(join(folder, "pulumi"), "echo v3.260.1");
  await script(join(folder, "pulumi-language-nodejs"), "");
  expect(await findInstalled({ PATH: folder })).toEqual({ pulumi, version: "3.260.1" });
});

it("says why it passes over the one on PATH", async () => {
  const folder = await temporaryFolder();
  expect(await findInstalled({ PATH: folder })).toBe("no pulumi on PATH");
  const pulumi = await script(join(folder, "pulumi"), "echo v3.248.0");
  expect(await findInstalled({ PATH: folder })).toBe(`${pulumi} is 3.248.0, older than 3.249.0`);
  await script(pulumi, "echo v3.259.0");
  expect(await findInstalled({ PATH: folder })).toBe(
    `${pulumi} has no pulumi-language-nodejs beside it or on PATH`,
  );
  await script(pulumi, "echo broken >&2; exit 1");
  expect(await findInstalled({ PATH: folder })).toBe(`${pulumi} does not tell its version (broken)`);
});

it("never passes over an explicit PULUMI", async () => {
  const folder = await temporaryFolder();
  await script(join(folder, "pulumi-language-nodejs"), "");
  const pulumi = await script(join(folder, "old"), "echo v3.100.0");
  const env = { PATH: folder, PULUMI: pulumi };
  await expect(findInstalled(env)).rejects.toThrow(
    `PULUMI=${pulumi}: ${pulumi} is 3.100.0, older than 3.249.0; set it to a Pulumi 3.249.0 or newer, or unset it`,
  );
  await expect(findInstalled({ ...env, PULUMI: "/nowhere" })).rejects.toThrow(
    "PULUMI=/nowhere: /nowhere is not a program; set it to a Pulumi 3.249.0 or newer, or unset it",
  );
});

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { isSecret, merge, publishSecrets, refreshPrivateFile, secretKeys } from "../../engine/stack-file.ts";
import { temporaryFolder } from "./helpers.ts";

const seed = { secure: "v1:seed" };
const secrets = { OPENAI_API_KEY: { secure: "v1:key" } };

it("takes plain values from the committed file and secrets from the private one", () => {
  const committed = { config: { "atelier:app": "new.yaml", "atelier:environment": "dev" } };
  const mine = {
    encryptionsalt: "v1:salt",
    config: {
      "atelier:app": "old.yaml",
      "atelier:gone": "1",
      "atelier:seed": seed,
      "atelier:secrets": secrets,
    },
  };
  expect(merge(committed, mine, { stack: "dev" })).toEqual({
    encryptionsalt: "v1:salt",
    config: {
      "atelier:app": "new.yaml",
      "atelier:environment": "dev",
      "atelier:seed": seed,
      "atelier:secrets": secrets,
    },
  });
});

it("refuses secrets of another passphrase in the committed file", () => {
  expect(() =>
    merge({ encryptionsalt: "v1:theirs" }, { encryptionsalt: "v1:mine" }, { stack: "dev" }),
  ).toThrow(
    "Pulumi.dev.yaml has secrets of its own, and so has .atelier/config/Pulumi.dev.yaml; " +
      "remove the one that is not in use",
  );
});

it("uses the committed file where there is no private one", async () => {
  const files = await stack(undefined);
  expect(await refreshPrivateFile(files)).toBeUndefined();
  expect(await secretKeys(files)).toEqual(new Set());
});

it("follows changes of the committed file", async () => {
  const files = await stack({ encryptionsalt: "v1:salt", config: { "atelier:seed": seed } });
  const path = await refreshPrivateFile(files);
  expect(parse(await readFile(path ?? "", "utf8"))).toEqual({
    encryptionsalt: "v1:salt",
    config: { "atelier:app": "app.yaml", "atelier:seed": seed },
  });
});

it("moves secrets into the committed file, comments kept", async () => {
  const files = await stack({
    encryptionsalt: "v1:salt",
    config: { "atelier:seed": seed, "atelier:secrets": secrets },
  });
  expect([...(await secretKeys(files))]).toEqual(["atelier:seed", "atelier:secrets.OPENAI_API_KEY"]);
  expect(await publishSecrets(files)).toBe(true);
  const text = await readFile(join(files.project, "Pulumi.dev.yaml"), "utf8");
  expect(text).toContain("# where it runs");
  expect(parse(text)).toEqual({
    encryptionsalt: "v1:salt",
    config: { "atelier:app": "app.yaml", "atelier:seed": seed, "atelier:secrets": secrets },
  });
  expect(await refreshPrivateFile(files)).toBeUndefined();
  expect([...(await secretKeys(files))]).toEqual(["atelier:seed", "atelier:secrets.OPENAI_API_KEY"]);
  expect(await publishSecrets(files)).toBe(false);
});

it.each([
  [seed, true],
  [secrets, true],
  [{ deep: { deeper: [seed] } }, true],
  ["text", false],
  [{ images: "debian" }, false],
  [null, false],
])("%j is a secret: %s", (value, expected) => expect(isSecret(value)).toBe(expected));

async function stack(mine: object | undefined) {
  const project = await temporaryFolder();
  const files = { project, own: join(project, ".atelier"), stack: "dev" };
  await mkdir(join(files.own, "config"), { recursive: true });
  await writeFile(join(project, "Pulumi.dev.yaml"), "# where it runs\nconfig:\n  atelier:app: app.yaml\n");
  if (mine) await writeFile(join(files.own, "config", "Pulumi.dev.yaml"), JSON.stringify(mine));
  return files;
}

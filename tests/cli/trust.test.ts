import { expect, it } from "vitest";
import { onlyFile, readAuthority, STORES } from "../../src/cli/trust.ts";

const PEM = "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n";

function tar(text: string): Buffer {
  const head = Buffer.alloc(512);
  head.write("ca.pem", 0);
  head.write(text.length.toString(8).padStart(11, "0"), 124);
  const body = Buffer.alloc(Math.ceil(text.length / 512) * 512);
  body.write(text);
  return Buffer.concat([head, body, Buffer.alloc(1024)]);
}

/** As much of a Docker client as the command uses. */
function docker(containers: readonly { Id: string }[], archive?: Buffer) {
  const asked: unknown[] = [];
  const client = {
    listContainers: (options: unknown) => {
      asked.push(options);
      return Promise.resolve(containers);
    },
    getContainer: () => ({
      getArchive: () => (archive ? Promise.resolve([archive]) : Promise.reject(new Error("404"))),
    }),
  };
  return { asked, client: client as unknown as Parameters<typeof readAuthority>[0] };
}

it("reads a file out of an archive, byte for byte", () => {
  expect(onlyFile(tar(PEM))).toBe(PEM);
});

it("takes the authority from the running edge of the stack", async () => {
  const { asked, client } = docker([{ Id: "1" }], tar(PEM));
  expect(await readAuthority(client, "flashfit-dev")).toBe(PEM);
  expect(asked).toEqual([
    { filters: { label: ["atelier.stack=flashfit-dev", "atelier.part=edge", "atelier.name=edge"] } },
  ]);
});

it("says what to do when there is none", async () => {
  await expect(readAuthority(docker([]).client, "flashfit-dev")).rejects.toThrow(
    "no edge of flashfit-dev is running; run npm start first",
  );
  await expect(readAuthority(docker([{ Id: "1" }]).client, "flashfit-prod")).rejects.toThrow(
    "the edge of flashfit-prod has a certificate of its own; there is nothing to trust",
  );
});

it("adds the certificate under the deployment's name", () => {
  expect(STORES["Debian and its kin"]?.commands("/tmp/a.pem", "flashfit-dev")).toEqual([
    ["install", "-m", "644", "/tmp/a.pem", "/usr/local/share/ca-certificates/atelier-flashfit-dev.crt"],
    ["update-ca-certificates"],
  ]);
});

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { buildSite, siteFolder } from "../../engine/sites.ts";
import { temporaryFolder } from "./helpers.ts";

it("puts plain files beside the web server's Dockerfile, which copies them before it gives up root", async () => {
  const folder = await temporaryFolder();
  const [files, server] = [join(folder, "assets"), join(folder, "static")];
  await mkdir(files);
  await mkdir(server);
  await writeFile(join(files, "index.html"), "<p>old</p>");
  await writeFile(join(server, "Dockerfile"), "FROM scratch\nRUN x\nUSER 10001:10001\nCMD y\n");
  const assume = () => siteFolder({ files, server }, join(folder, "cache", "atelier"));
  const make = () => buildSite({ files, server, env: { XDG_CACHE_HOME: join(folder, "cache") } });

  const assumed = assume();
  const made = await make();
  expect(made).toEqual(assumed);
  expect(basename(made.folder)).toBe("assets");
  expect(await readFile(join(made.folder, "Dockerfile"), "utf8")).toBe(
    "FROM scratch\nRUN x\nCOPY site /srv\nUSER 10001:10001\nCMD y\n",
  );
  expect(await readFile(join(made.folder, "site", "index.html"), "utf8")).toBe("<p>old</p>");
  expect(await make()).toEqual(made);

  await writeFile(join(files, "index.html"), "<p>new</p>");
  expect(assume().version).not.toBe(assumed.version);
  const next = await make();
  expect(next).toEqual(assume());
  expect(await readFile(join(next.folder, "site", "index.html"), "utf8")).toBe("<p>new</p>");
});

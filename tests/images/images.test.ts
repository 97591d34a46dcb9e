/** The table of platform images: complete, pinned, and true to the Dockerfiles. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { platformImages } from "../../components/docker/images.ts";
import { definesUser } from "../../src/app/build-context.ts";

const folder = resolve(import.meta.dirname, "../../images");
const images = Object.entries(platformImages);

describe.each(images)("%s", (name, { upstream, context, program, run }) => {
  it("comes from somewhere", () => {
    expect(upstream ?? context ?? program).toBeDefined();
  });

  it("is pinned to one version of the official image", () => {
    if (upstream) expect(upstream).toMatch(/^[a-z0-9./_-]+:v?\d+(\.\d+)*(-[a-z]+)?$/);
  });

  it("runs without root", () => {
    expect(run.user).toMatch(/^[1-9]\d*:\d+$/);
  });

  it("has a Dockerfile on the one base image, that ends as a user", () => {
    if (!context && !program) return;
    const file = join(context ?? join(folder, name), "Dockerfile");
    expect(existsSync(file)).toBe(true);
    expect(definesUser(file)).toBe(true);
    if (context)
      expect(readFileSync(file, "utf8")).toMatch(/^ARG BASE=debian:bookworm-slim\nFROM \$\{BASE\}/m);
  });
});

it("names every folder of images", () => {
  const built = images.filter(([, { context, program }]) => context ?? program).map(([name]) => name);
  expect(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort(),
  ).toEqual(built.sort());
});

/** A plan for a Docker host that nobody looked at is what the real engine's host gets, once the settings say of the host
 * what `assumeHost` otherwise takes for granted.
 */
import { beforeAll, expect, it } from "vitest";
import { preflight } from "../../components/docker/preflight/index.ts";
import { settings as schema } from "../../components/docker/settings.ts";
import { freeRange } from "../../components/docker/subnets.ts";
import { makeApp } from "../helpers/app.ts";
import { appOf, CASES, differences, registered, settingsOf } from "../stacks/assume/examples.ts";

/** `images`, `subnets` and `socketGroup` of this machine. */
let facts: object;

beforeAll(async () => {
  const { images, taken, socketGroup } = await preflight(makeApp(), schema.parse({}), { door: false });
  facts = { images, subnets: freeRange(taken, []), socketGroup };
});

it.each(CASES)("$example in $environment opens as it was assumed", async (one) => {
  // The storage that it asks for in production is more than many a machine has; no resource says how much.
  const small = one.example === "closetgpt" ? { "data.photos.storage": "1Gi" } : {};
  const app = appOf(one, "docker", small);
  const settings = { ...settingsOf(app, "docker"), ...facts };
  const assumed = await registered(app, "docker", "assume", settings);
  expect(assumed.length).toBeGreaterThan(50);
  expect(differences(assumed, await registered(app, "docker", "open", settings))).toEqual([]);
});

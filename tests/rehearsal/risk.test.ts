/** Which changes put requests at risk. */
import { expect, it } from "vitest";
import type { Ended } from "../../rehearsal/operations.ts";
import { requestsIn, risksOf } from "../../rehearsal/risk.ts";
import type { Step } from "../../rehearsal/schedule.ts";
import { mebibytes } from "../../src/config/units.ts";

const urn = (type: string, name: string) => `urn:pulumi:prod::shop::${type}::${name}`;
const SQL = "gcp:sql/databaseInstance:DatabaseInstance";
const CONTAINER = "docker:index/container:Container";
const RUN = "gcp:cloudrunv2/service:Service";

const operation = (verb: Ended["verb"], type: string, more: Partial<Ended> = {}): Ended => ({
  n: 1,
  verb,
  urn: urn(type, "x"),
  type,
  name: "x",
  began: 0,
  ended: 0,
  ...more,
});
const step = (verb: Step["verb"], type: string, start: number, end: number): Step => ({
  verb,
  urn: urn(type, "x"),
  type,
  name: "x",
  start,
  end,
  critical: false,
});

it("another tier restarts a database, another backup window does not", () => {
  const [risk] = risksOf([operation("update", SQL, { changed: ["settings.tier"] })], []);
  expect(risk).toEqual({
    type: SQL,
    name: "x",
    seconds: 60,
    why: "restarts: connections break and are made again",
  });
  expect(
    risksOf([operation("update", SQL, { changed: ["settings.backupConfiguration.startTime"] })], []),
  ).toEqual([]);
});

it("a container of a fixed name is away from its stop until its successor is there", () => {
  const both = [operation("delete", CONTAINER), operation("create", CONTAINER)];
  const steps = [step("delete", CONTAINER, 10, 12), step("create", CONTAINER, 12, 15)];
  expect(risksOf(both, steps).map(({ seconds }) => seconds)).toEqual([5]);
});

it("one that has a successor first is not", () => {
  const both = [operation("create", CONTAINER), operation("delete", CONTAINER)];
  const steps = [step("create", CONTAINER, 0, 3), step("delete", CONTAINER, 3, 5)];
  expect(risksOf(both, steps)).toEqual([]);
});

it("a new revision of Cloud Run takes over when it is ready", () => {
  expect(risksOf([operation("update", RUN, { changed: ["template.containers.image"] })], [])).toEqual([]);
});

it("another database has none of the data, however it is made", () => {
  const both = [operation("create", SQL), operation("delete", SQL)];
  const steps = [step("create", SQL, 0, 600), step("delete", SQL, 600, 660)];
  expect(risksOf(both, steps)).toMatchObject([
    { seconds: 0, why: "is another instance: its data is in the old one alone" },
  ]);
});

it("what failed changed nothing", () => {
  expect(risksOf([operation("update", SQL, { changed: ["settings.tier"], error: "500" })], [])).toEqual([]);
});

it("counts requests by the month's use", () => {
  const usage = { users: 1000, requestsPerUser: 2592, tokensPerRequest: 0, mediaPerUser: mebibytes(1) };
  expect(requestsIn(60, usage)).toBe(60);
});

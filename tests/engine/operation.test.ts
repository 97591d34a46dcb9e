import { expect, it } from "vitest";
import { describeChanges, Follower, tidy } from "../../engine/operation.ts";

const urn = "urn:pulumi:dev::shop::docker:index/container:Container::shop-dev-api";
const stack = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev";

it("tells what is done and what is being done", () => {
  const told: string[] = [];
  const follower = new Follower((detail) => told.push(detail));
  follow(follower, [
    { resourcePreEvent: { metadata: { op: "create", urn: stack } } },
    { resourcePreEvent: { metadata: { op: "create", urn } } },
    { resOutputsEvent: { metadata: { op: "create", urn } } },
    { resourcePreEvent: { metadata: { op: "same", urn } } },
    { resOutputsEvent: { metadata: { op: "same", urn } } },
    { summaryEvent: { resourceChanges: { create: 1, same: 4 } } },
  ]);
  expect(told).toEqual(["0 done, creating shop-dev-api", "1 done"]);
  expect(describeChanges(follower.changes)).toBe("1 created");
  expect(follower.failures()).toEqual([]);
});

it("tells what a program says before its first resource", () => {
  const told: string[] = [];
  const follower = new Follower((detail) => told.push(detail));
  follow(follower, [
    {
      diagnosticEvent: {
        urn: stack,
        message: "✓ Asking\n… Building the base image  12 s\n",
        severity: "info#err",
      },
    },
    { resourcePreEvent: { metadata: { op: "create", urn } } },
    { diagnosticEvent: { urn: stack, message: "later", severity: "info" } },
  ]);
  expect(told).toEqual(["Building the base image  12 s", "0 done, creating shop-dev-api"]);
});

it("keeps each resource's own error, once, and no debug output", () => {
  const follower = new Follower(() => undefined);
  const message = "error: 1 error occurred:\n\t* container exited immediately\n\n";
  follow(follower, [
    { diagnosticEvent: { urn, message: "POSTGRES_PASSWORD=hunter2", severity: "debug" } },
    { diagnosticEvent: { urn, message, severity: "error" } },
    { resOpFailedEvent: { metadata: { op: "create", urn } } },
    { diagnosticEvent: { urn, message, severity: "error" } },
    { diagnosticEvent: { urn: stack, message: "update failed", severity: "error" } },
  ]);
  expect(follower.failures()).toEqual([
    { resource: "shop-dev-api", message: "container exited immediately" },
    { resource: "shop-dev", message: "update failed" },
  ]);
  expect(follower.lines.join("\n")).not.toContain("hunter2");
});

it("takes the program's error out of its wrapping", () => {
  const wrapped =
    "Running program '/app/stacks/index.ts' failed with an unhandled exception:\n" +
    "<anonymous>:ConfigError: app.yaml:3:5: services.api.memory: 1 is too small\n" +
    "    at deploy (/app/stacks/deploy.ts:20:11)\n";
  expect(tidy(wrapped)).toBe("app.yaml:3:5: services.api.memory: 1 is too small");
});

it("says a provider's error once, without the names of its source files", () => {
  const follower = new Follower(() => undefined);
  const words = "Unable to remove Docker image: conflict";
  follow(follower, [
    {
      diagnosticEvent: {
        urn,
        message: `sdk-v2/provider2.go:572: sdk.helper_schema: ${words}: provider=docker@5.2.0`,
        severity: "error",
      },
    },
    {
      diagnosticEvent: {
        urn,
        message: `deleting ${urn}: 1 error occurred:\n\t* ${words}\n`,
        severity: "error",
      },
    },
    { diagnosticEvent: { message: "update failed", severity: "error" } },
  ]);
  expect(follower.failures()).toEqual([{ resource: "shop-dev-api", message: words }]);
});

it("says when nothing changed", () => {
  expect(describeChanges({ same: 40 })).toBe("no changes");
  expect(describeChanges({ create: 2, update: 1, replace: 3, delete: 1, same: 4 })).toBe(
    "2 created, 1 updated, 3 replaced, 1 deleted",
  );
});

function follow(follower: Follower, events: readonly object[]): void {
  for (const event of events) follower.read(JSON.stringify(event));
  follower.read("not an event");
}

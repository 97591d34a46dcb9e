import { describe, expect, test } from "vitest";
import {
  PLACES,
  RUN_GPU_REGIONS,
  refusePlaces,
  refuseZone,
  zonesOf,
} from "../../../components/gcp/places.ts";
import { region } from "../../../components/gcp/settings.ts";
import { formatProblem } from "../../../src/config/problem.ts";

const refusals = (regions: string[], home?: string) =>
  refusePlaces({ regions }, home === undefined ? {} : { region: home }).map(formatProblem);

describe("the table", () => {
  test("has forty-two regions in the form that the settings take, each with three zones or four", () => {
    const regions = Object.keys(PLACES);
    expect(regions).toHaveLength(42);
    for (const name of regions) {
      expect(region.safeParse(name).success).toBe(true);
      expect(zonesOf(name).length).toBe(name === "us-central1" ? 4 : 3);
    }
  });

  test.each([
    ["us-central1", ["us-central1-a", "us-central1-b", "us-central1-c", "us-central1-f"]],
    ["us-east1", ["us-east1-b", "us-east1-c", "us-east1-d"]],
    ["europe-west1", ["europe-west1-b", "europe-west1-c", "europe-west1-d"]],
    ["asia-south1", ["asia-south1-a", "asia-south1-b", "asia-south1-c"]],
    ["atlantis1", []],
    ["constructor", []],
  ])("%s has the zones %j", (name, zones) => {
    expect(zonesOf(name)).toEqual(zones);
  });

  test("knows where Cloud Run has an L4 without being asked", () => {
    expect(RUN_GPU_REGIONS).toEqual([
      "asia-southeast1",
      "europe-west1",
      "europe-west4",
      "us-central1",
      "us-east4",
    ]);
  });
});

describe("regions that are not there are refused", () => {
  test("none for real ones", () => {
    expect(refusals(["us-central1", "europe-west1"], "us-east4")).toEqual([]);
  });

  test.each([
    [["us-central-1"], "regions.0: us-central-1 is no region of Google Cloud; did you mean us-central1?"],
    [
      ["us-central1", "europe-west5"],
      "regions.1: europe-west5 is no region of Google Cloud; did you mean europe-west1?",
    ],
    [
      ["mars"],
      "regions.0: mars is no region of Google Cloud; write one of docs.cloud.google.com/compute/docs/regions-zones, us-central1 for instance",
    ],
    [
      [],
      "regions: nobody says where the app runs; add regions: [us-central1] for instance, or set region in the target's settings",
    ],
  ])("%j", (regions, message) => {
    expect(refusals(regions)).toEqual([message]);
  });

  test("the settings' own, too", () => {
    expect(refusals([], "us-cental1")).toEqual([
      "settings.region: us-cental1 is no region of Google Cloud; did you mean us-central1?",
    ]);
  });
});

describe("zones that are not there are refused", () => {
  test.each([
    ["us-central1-f", []],
    [
      "us-central1-d",
      [
        "zones: us-central1-d is no zone of us-central1; allowed: us-central1-a, us-central1-b, us-central1-c, us-central1-f; write us-central1-a for instance",
      ],
    ],
    ["us-cental1-a", ["zones: us-cental1-a is no zone of Google Cloud; did you mean us-central1?"]],
  ])("%s", (zone, messages) => {
    expect(refuseZone(["zones"], zone).map(formatProblem)).toEqual(messages);
  });
});

import { describe, expect, it } from "vitest";
import {
  parseCidr,
  parseCron,
  parseEgress,
  parseHost,
  parseImage,
  parseOrigin,
  parseTimeZone,
} from "../../src/config/names.ts";
import {
  formatBytes,
  formatCpu,
  formatDuration,
  formatPercent,
  formatRate,
  parseBytes,
  parseCpu,
  parseDollars,
  parseDuration,
  parsePercent,
  parseRate,
} from "../../src/config/parse.ts";
import {
  cores,
  days,
  gibibytes,
  hours,
  mebibytes,
  minutes,
  percent,
  perMinute,
  seconds,
} from "../../src/config/units.ts";
import { show } from "../../src/config/unreadable.ts";
import { failureOf } from "../helpers/failure.ts";

describe("quantities", () => {
  it.each([
    [parseBytes("512Mi"), mebibytes(512)],
    [parseBytes("1.5Gi"), gibibytes(1.5)],
    [parseCpu("250m"), cores(0.25)],
    [parseCpu(0.5), cores(0.5)],
    [parseDuration("90s"), seconds(90)],
    [parseDuration("1h30m"), minutes(90)],
    [parseDuration("2w"), days(14)],
    [parsePercent("70%"), percent(70)],
    [parseRate(1000), perMinute(1000)],
    [parseRate("1000/min"), perMinute(1000)],
    [parseRate("20/s"), perMinute(1200)],
    [parseDollars("$300"), 300],
    [parseDollars(0.5), 0.5],
  ])("%d is %d", (parsed, expected) => {
    expect(parsed).toBe(expected);
  });

  it.each([
    [formatBytes(mebibytes(512)), "512Mi"],
    [formatBytes(gibibytes(2)), "2Gi"],
    [formatBytes(mebibytes(1536)), "1536Mi"],
    [formatDuration(hours(36)), "36h"],
    [formatDuration(days(14)), "14d"],
    [formatDuration(seconds(1.5)), "1500ms"],
    [formatCpu(cores(0.25)), "0.25"],
    [formatPercent(percent(7)), "7%"],
    [formatRate(perMinute(30)), "30/min"],
  ])("are written %s", (written, expected) => {
    expect(written).toBe(expected);
  });
});

describe("names", () => {
  it("are hosts, with a port where others are called", () => {
    expect(parseHost("flashfit.example")).toBe("flashfit.example");
    expect(parseEgress("smtp.example.com:587")).toBe("smtp.example.com:587");
    expect(parseOrigin("http://localhost:3000")).toBe("http://localhost:3000");
  });

  it.each([
    ["10.83.0.0/16", { text: "10.83.0.0/16", family: 4, prefix: 16 }],
    ["fd00:ec2::/48", { text: "fd00:ec2::/48", family: 6, prefix: 48 }],
  ])("%s is an address range", (written, expected) => {
    expect(parseCidr(written)).toEqual(expected);
  });

  it.each([
    [
      "10.83.0.1",
      "10.83.0.1 is a single address; allowed: an address range such as 10.83.0.0/16; write 10.83.0.1/32",
    ],
    [
      "10.83.0.0/33",
      "10.83.0.0/33 has no valid prefix length; allowed: 0–32; write 10.83.0.0/24 for instance",
    ],
    ["fe80::/129", "fe80::/129 has no valid prefix length; allowed: 0–128; write fe80::/64 for instance"],
    [
      "10.83.4.1/16",
      "10.83.4.1/16 does not start at the first address of its range; allowed: an address range such as 10.83.0.0/16; write 10.83.0.0/16",
    ],
    [
      "300.1.2.3/8",
      "300.1.2.3/8 is not an address range; allowed: an address range such as 10.83.0.0/16; write 10.83.0.0/16 for instance",
    ],
    [
      "010.0.0.0/8/8",
      "010.0.0.0/8/8 is not an address range; allowed: an address range such as 10.83.0.0/16; write 10.83.0.0/16 for instance",
    ],
  ])("%s is no address range", (written, message) => {
    expect(failureOf(() => parseCidr(written))).toBe(message);
  });

  it("are image references in their parts", () => {
    const digest = `sha256:${"0a".repeat(32)}`;
    expect(parseImage(`localhost:5000/acme/api:1.4@${digest}`)).toEqual({
      type: "image",
      reference: `localhost:5000/acme/api:1.4@${digest}`,
      registry: "localhost:5000",
      repository: "acme/api",
      tag: "1.4",
      digest,
    });
    expect(parseImage("postgres:16")).toEqual({
      type: "image",
      reference: "postgres:16",
      repository: "postgres",
      tag: "16",
    });
  });

  it.each(["0 3 * * *", "*/15 8-18 * * 1-5", "0 0 1 1,7 *", "30 4 * * SUN"])(
    "%s is a schedule",
    (written) => {
      expect(parseCron(written)).toBe(written);
    },
  );

  it.each([
    ["0 0 30 2 *", "is not a cron expression (Invalid explicit day of month definition)"],
    ["* * * * * *", "has 6 fields"],
    ["x * * * *", "is not a cron expression"],
    ["0 0 * * H", "is not a cron expression"],
  ])("%s is no schedule", (written, what) => {
    expect(() => parseCron(written)).toThrow(`${written} ${what}`);
  });

  it("are time zones", () => {
    expect(parseTimeZone("Europe/Berlin")).toBe("Europe/Berlin");
    expect(() => parseTimeZone("+02:00")).toThrow("+02:00 is not a time zone");
  });
});

it("shows any value on one short line", () => {
  expect(show("a\nb\u202e")).toBe('"a\\u000ab\\u202e"');
  expect(show(" ")).toBe('" "');
  expect(show("x".repeat(100))).toBe(`${"x".repeat(59)}…`);
  expect([show([]), show({}), show(null), show(Number.NaN)]).toEqual(["a list", "a map", "nothing", "NaN"]);
});

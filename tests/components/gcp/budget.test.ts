import { describe, expect, test } from "vitest";
import { amountOf, Budget, differencesOfBudget, refuseBudget } from "../../../components/gcp/budget.ts";
import type { App } from "../../../src/config/model.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { dollars } from "../../../src/config/units.ts";
import { makeApp } from "../../helpers/app.ts";
import { makeGcp } from "../../helpers/gcp.ts";
import { runProgram } from "../../helpers/program.ts";

const billingAccount = "01A2B3-4C5D6E-7F8A9B";
const budget: App["budget"] = { monthly: dollars(500), ai: {} };
const PROD = { preset: "prod", environment: "prod" } as const;

const run = (app: App, settings = {}, channels: string[] = []) =>
  runProgram(() => new Budget("budget", { deployment: makeGcp(app, settings), channels }));

describe("a budget (SA-16)", () => {
  test("tells at half, nine tenths and all of it, and when all of it is to be expected", async () => {
    const { get } = await run(makeApp({ budget }), { billingAccount }, [
      "projects/acme/notificationChannels/1",
    ]);
    const made = get("budget", "gcp:billing/budget:Budget");
    expect(made.inputs).toEqual({
      billingAccount,
      displayName: "shop-dev",
      budgetFilter: {
        projects: ["projects/acme-prod"],
        calendarPeriod: "MONTH",
        creditTypesTreatment: "EXCLUDE_ALL_CREDITS",
      },
      amount: { specifiedAmount: { currencyCode: "USD", units: "500" } },
      thresholdRules: [
        { thresholdPercent: 0.5, spendBasis: "CURRENT_SPEND" },
        { thresholdPercent: 0.9, spendBasis: "CURRENT_SPEND" },
        { thresholdPercent: 1, spendBasis: "CURRENT_SPEND" },
        { thresholdPercent: 1, spendBasis: "FORECASTED_SPEND" },
      ],
      allUpdatesRule: {
        schemaVersion: "1.0",
        disableDefaultIamRecipients: false,
        monitoringNotificationChannels: ["projects/acme/notificationChannels/1"],
      },
    });
  });

  test("does not change because Google writes the project back as a number", async () => {
    const { get } = await run(makeApp({ budget }), { billingAccount });
    expect(get("budget", "gcp:billing/budget:Budget").options.ignoreChanges).toEqual([
      "budgetFilter.projects",
    ]);
  });

  test("tells five channels, as many as Google takes", async () => {
    const channels = Array.from({ length: 7 }, (_, index) => `projects/acme/notificationChannels/${index}`);
    const { get } = await run(makeApp({ budget }), { billingAccount }, channels);
    expect(get("budget", "gcp:billing/budget:Budget").inputs.allUpdatesRule).toMatchObject({
      monitoringNotificationChannels: channels.slice(0, 5),
    });
  });

  test.each([
    ["no budget", makeApp(), { billingAccount }],
    ["no billing account", makeApp({ budget }), {}],
  ])("is not made with %s", async (_, app, settings) => {
    const { resources } = await run(app, settings);
    expect(resources.map(({ type }) => type)).toEqual(["atelier:gcp:Budget"]);
  });

  test.each([
    [500, { units: "500" }],
    [49.5, { units: "49", nanos: 500_000_000 }],
    [0.1, { units: "0", nanos: 100_000_000 }],
  ])("of $%d is %j", (amount, expected) => {
    expect(amountOf(dollars(amount))).toEqual(expected);
  });
});

describe("a budget that nobody watches", () => {
  test("is refused in production", () => {
    expect(refuseBudget(makeApp({ budget, ...PROD }), {}).map(formatProblem)).toEqual([
      "budget.monthly: nobody watches it: the target's settings name no billing account; set billingAccount, as gcloud billing projects describe says it, 01A2B3-4C5D6E-7F8A9B for instance, or remove budget",
    ]);
    expect(differencesOfBudget(makeApp({ budget, ...PROD }), {})).toEqual([]);
  });

  test("is said elsewhere", () => {
    expect(refuseBudget(makeApp({ budget }), {})).toEqual([]);
    expect(differencesOfBudget(makeApp({ budget }), {})).toEqual([
      "budget.monthly: nobody watches it, because the target's settings name no billing account",
    ]);
  });

  test("is neither with a billing account, or without a budget", () => {
    expect(refuseBudget(makeApp({ budget, ...PROD }), { billingAccount })).toEqual([]);
    expect(refuseBudget(makeApp(PROD), {})).toEqual([]);
    expect(differencesOfBudget(makeApp(), {})).toEqual([]);
  });
});

test("what it counts, and whom it does not tell, is said", () => {
  const app = makeApp({ budget });
  const alerts = { email: ["a@acme.example", "b@acme.example"], webhooks: ["1", "2", "3", "4"] };
  const many = { ...app, monitoring: { ...app.monitoring, alerts } };
  const WHOLE = "budget.monthly: counts everything in the project, also what other stacks have there";
  expect(differencesOfBudget(app, { billingAccount })).toEqual([WHOLE]);
  expect(differencesOfBudget(many, { billingAccount })).toEqual([
    WHOLE,
    "budget.monthly: Google tells 5 of the 6 that alerts go to",
  ]);
});

import { Budget as BillingBudget } from "@pulumi/gcp/billing/budget.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Resource } from "@pulumi/pulumi";
import type { App } from "../../src/config/model.ts";
import type { Problem } from "../../src/config/problem.ts";
import type { Dollars } from "../../src/config/units.ts";
import type { Deployment } from "./deployment.ts";
import { stackOf } from "./names.ts";
import type { GcpSettings } from "./settings.ts";

export interface BudgetArgs {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
  /** Notification channels of Cloud Monitoring, `projects/…/notificationChannels/…`. The first five are told.
   * @default those who administer the billing account are told, and nobody else
   */
  readonly channels?: readonly Input<string>[];
}

/** Google's limit. */
export const MOST_CHANNELS = 5;

const THRESHOLDS = [
  { thresholdPercent: 0.5, spendBasis: "CURRENT_SPEND" },
  { thresholdPercent: 0.9, spendBasis: "CURRENT_SPEND" },
  { thresholdPercent: 1, spendBasis: "CURRENT_SPEND" },
  { thresholdPercent: 1, spendBasis: "FORECASTED_SPEND" },
];

/** A budget: mail when the project's spending nears or passes what the app allows, or is forecast to.
 *
 * Costs nothing, and stops nothing: Google tells, people act. It counts the whole project, before credits. Google
 * asks that the provider names a project for such calls (`userProjectOverride` and `billingProject`), that whoever
 * runs `up` is Billing Account Costs Manager, and that the account is kept in US dollars.
 * @example new Budget("budget", { deployment, channels: monitoring.channels })
 */
export class Budget extends ComponentResource {
  constructor(name: string, args: BudgetArgs, opts?: ComponentResourceOptions) {
    super("atelier:gcp:Budget", name, {}, opts);
    createBudget(this, name, args);
    this.registerOutputs({});
  }
}

function createBudget(parent: Resource, name: string, { deployment, channels = [] }: BudgetArgs): void {
  const { app, settings } = deployment;
  if (!app.budget || settings.billingAccount === undefined) return;
  new BillingBudget(
    name,
    {
      billingAccount: settings.billingAccount,
      displayName: stackOf(app),
      budgetFilter: {
        projects: [`projects/${settings.project}`],
        calendarPeriod: "MONTH",
        creditTypesTreatment: "EXCLUDE_ALL_CREDITS",
      },
      amount: { specifiedAmount: { currencyCode: "USD", ...amountOf(app.budget.monthly) } },
      thresholdRules: THRESHOLDS,
      allUpdatesRule: {
        schemaVersion: "1.0",
        disableDefaultIamRecipients: false,
        monitoringNotificationChannels: channels.slice(0, MOST_CHANNELS),
      },
    },
    // Google writes the project back by its number, which is not known here.
    { parent, ignoreChanges: ["budgetFilter.projects"] },
  );
}

/** Whole dollars, and billionths of one for what is left. */
export function amountOf(amount: Dollars): { units: string; nanos?: number } {
  const nanos = Math.round((amount - Math.trunc(amount)) * 1e9);
  return { units: String(Math.trunc(amount)), ...(nanos !== 0 && { nanos }) };
}

/** In production somebody relies on being told. */
export function refuseBudget(app: App, { billingAccount }: Pick<GcpSettings, "billingAccount">): Problem[] {
  if (!app.budget || billingAccount !== undefined || app.preset !== "prod") return [];
  return [
    {
      path: ["budget", "monthly"],
      what: "nobody watches it: the target's settings name no billing account",
      remedy:
        "set billingAccount, as gcloud billing projects describe says it, 01A2B3-4C5D6E-7F8A9B for instance, or remove budget",
    },
  ];
}

export function differencesOfBudget(
  app: App,
  { billingAccount }: Pick<GcpSettings, "billingAccount">,
): string[] {
  if (!app.budget) return [];
  if (billingAccount === undefined) {
    return app.preset === "prod"
      ? []
      : ["budget.monthly: nobody watches it, because the target's settings name no billing account"];
  }
  const { email, webhooks } = app.monitoring.alerts;
  const channels = email.length + webhooks.length;
  return [
    "budget.monthly: counts everything in the project, also what other stacks have there",
    ...(channels > MOST_CHANNELS
      ? [`budget.monthly: Google tells ${MOST_CHANNELS} of the ${channels} that alerts go to`]
      : []),
  ];
}

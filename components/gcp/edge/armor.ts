/** Cloud Armor: one policy for all services and one for buckets, with every rule in place.
 *
 * Rules stand in the policy and nowhere else: a SecurityPolicyRule beside them would be removed at each update. The order
 * is that in which a request is looked at; a limit comes after the firewall, because a request that is within its limit
 * passes at once.
 */
import { SecurityPolicy } from "@pulumi/gcp/compute/securityPolicy.js";
import type { input as inputs } from "@pulumi/gcp/types/index.js";
import type { Resource } from "@pulumi/pulumi";
import type { App } from "../../../src/config/model.ts";
import { type Deployment, labelsOf } from "../deployment.ts";
import { methodIsNot } from "./expressions.ts";
import { bodyLimits, type Limit, type Rate, rateLimits } from "./limits.ts";
import { replaceable } from "./plan.ts";
import { wafRules } from "./waf.ts";

type Rule = inputs.compute.SecurityPolicyRule;

/** Google's limit for the description of a rule. */
const LONGEST_DESCRIPTION = 64;
/** Room between two rules, for one that is added by hand in an emergency. */
const STEP = 10;
const START = 1000;
/** Reserved for the rule that every policy ends with. */
const LAST = 2_147_483_647;

const EVERYONE = { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } };

export function createServicePolicy(parent: Resource, deployment: Deployment): SecurityPolicy {
  const { app } = deployment;
  return new SecurityPolicy(
    replaceable(app, "services"),
    {
      description: `Firewall and limits of ${app.name} in ${app.environment}`,
      type: "CLOUD_ARMOR",
      labels: labelsOf(deployment),
      adaptiveProtectionConfig: { layer7DdosDefenseConfig: { enable: true, ruleVisibility: "STANDARD" } },
      advancedOptionsConfig: {
        jsonParsing: "STANDARD",
        logLevel: "VERBOSE",
        requestBodyInspectionSize: "64KB",
      },
      rules: serviceRules(app),
    },
    { parent },
  );
}

/** Asked before Cloud CDN looks for an answer; it knows neither rates nor bodies. */
export function createBucketPolicy(parent: Resource, deployment: Deployment): SecurityPolicy {
  const { app } = deployment;
  const reads = { expr: { expression: methodIsNot("GET", "HEAD", "OPTIONS").text } };
  return new SecurityPolicy(
    replaceable(app, "buckets"),
    {
      description: `Access to the files of ${app.name} in ${app.environment}`,
      type: "CLOUD_ARMOR_EDGE",
      labels: labelsOf(deployment),
      rules: [
        { priority: START, action: "deny(403)", description: "Files are only read", match: reads },
        everythingElse,
      ],
    },
    { parent },
  );
}

const everythingElse: Rule = {
  priority: LAST,
  action: "allow",
  description: "Everything else",
  match: EVERYONE,
};

/** All rules of the services' policy, in order. */
export function serviceRules(app: Pick<App, "edge" | "routes" | "services">): Rule[] {
  const preview = app.edge.waf === "detect";
  const firewall = wafRules(app).map(({ expression, description }) => ({
    action: "deny(403)",
    description,
    match: { expr: { expression } },
    preview,
  }));
  const limits = [...bodyLimits(app), ...rateLimits(app)].map(limitRule);
  const numbered = [...firewall, ...limits].map((rule, index) => ({
    priority: START + index * STEP,
    ...rule,
  }));
  return [...numbered, everythingElse];
}

/** Rules with a condition, which Google counts against a quota of their own. */
export const advancedRules = (app: Pick<App, "edge" | "routes" | "services">): number =>
  serviceRules(app).filter(({ match }) => "expr" in match).length;

function limitRule({ description, expression, action, rate }: Limit): Omit<Rule, "priority"> {
  return {
    action: action === "deny" ? "deny(403)" : action,
    description: description.slice(0, LONGEST_DESCRIPTION),
    match: expression === undefined ? EVERYONE : { expr: { expression } },
    ...(rate && { rateLimitOptions: rateOptions(rate) }),
  };
}

/** Exactly one of `enforceOnKey` and `enforceOnKeyConfigs`: an empty one replaces the policy at each update (TPG#14752).
 *
 * A user counts together with the address: Google compares only the first 128 bytes of a header, and those of two
 * signed tokens are often the same.
 */
function rateOptions({ count, interval, user }: Rate): inputs.compute.SecurityPolicyRuleRateLimitOptions {
  return {
    conformAction: "allow",
    exceedAction: "deny(429)",
    rateLimitThreshold: { count, intervalSec: interval },
    ...(user
      ? {
          enforceOnKeyConfigs: [
            { enforceOnKeyType: user.type, enforceOnKeyName: user.name },
            { enforceOnKeyType: "IP" },
          ],
        }
      : { enforceOnKey: "IP" }),
  };
}

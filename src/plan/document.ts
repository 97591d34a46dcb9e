/** The plan as JSON: what `atelier plan --json` prints and `--against` reads. Its schema is schema/plan.schema.json. */
import { z } from "zod";
import { type Properties, UNKNOWN } from "../../rehearsal/values.ts";
import type { PlannedResource } from "./model.ts";
import type { Report } from "./report.ts";
import { Simulation, type State, type States } from "./simulation.ts";
import { count } from "./tree.ts";
import { digestedAll, hasUnknown, maskedAll, SECRET_MASK, secretPaths, UNKNOWN_MASK } from "./values.ts";

/** Grows when a reader of an older document would misread a newer one. */
export const VERSION = 1;

const json = z.json();
const properties = z.record(z.string(), json);
const urns = z.array(z.string());

const resource = z.strictObject({
  urn: z.string().describe("Pulumi's name of the resource in its stack."),
  type: z.string().describe("Type token, for instance gcp:cloudrunv2/service:Service."),
  name: z.string().describe("Logical name."),
  parent: z.string().describe("Urn of the component around it, or of the stack."),
  custom: z.boolean().describe("False for components, which have no counterpart in the cloud."),
  inputs: properties.describe(
    `Inputs as the program registers them. A secret stands as "${SECRET_MASK}", a value that only the deployment makes known as "${UNKNOWN_MASK}".`,
  ),
  expected: properties
    .optional()
    .describe(
      "Inputs as a simulated cloud would make them known, with a digest for each secret (of a stand-in; a plan has no real ones), where `inputs` has masks. A later plan is held against these.",
    ),
  dependencies: urns.describe("Urns of everything that it waits for."),
  propertyDependencies: z
    .record(z.string(), urns)
    .describe("Input → urns of the resources whose outputs stand in it."),
  protect: z.boolean().describe("Deletion and replacement are refused."),
  retainOnDelete: z.boolean().describe("Stays in the cloud when the stack lets go of it."),
  deleteBeforeReplace: z.boolean().describe("A replacement is made after the old one is gone."),
  ignoreChanges: z.array(z.string()).describe("Inputs whose changes are left alone."),
  additionalSecretOutputs: z
    .array(z.string())
    .describe("Outputs that are secret beside those that always are."),
  provider: z.string().describe("Urn and id of an explicit provider; empty for the default one."),
});

const problem = z.strictObject({
  path: z.array(z.union([z.string(), z.number()])).describe("Key path in app.yaml or in the stack's config."),
  what: z.string(),
  allowed: z.string().optional(),
  remedy: z.string(),
  at: z.strictObject({ file: z.string(), line: z.number(), column: z.number() }).optional(),
  source: z.string().optional(),
});

const money = z.strictObject({ low: z.number(), expected: z.number(), high: z.number() });

const change = z.strictObject({
  kind: z.enum(["create", "update", "replace", "delete"]),
  urn: z.string(),
  type: z.string(),
  name: z.string(),
  inputs: z
    .array(
      z.strictObject({
        path: z.string().describe("Input that differs, for instance settings.tier."),
        from: json.optional(),
        to: json.optional(),
        replaces: z.boolean().describe("The provider cannot change it in place."),
      }),
    )
    .describe("Empty for resources that are new or deleted."),
  loses: z.string().optional().describe("Data that is lost with the change."),
  protect: z.boolean(),
});

export const planDocument = z
  .strictObject({
    version: z.literal(VERSION),
    subject: z
      .strictObject({
        app: z.string(),
        environment: z.string(),
        target: z.string(),
        project: z.string(),
        stack: z.string(),
      })
      .describe("Which app, where."),
    counts: z.strictObject({
      resources: z.number().describe("Resources that the cloud gets."),
      components: z.number(),
      protected: z.number(),
      withSecrets: z.number(),
      types: z.record(z.string(), z.number()).describe("Type → how many."),
    }),
    resources: z.array(resource).describe("In the order in which the program registers them."),
    outputs: properties.describe("The stack's outputs."),
    refusals: z
      .array(problem)
      .describe("Why the target would refuse the app as it is. The plan shows what it would be without."),
    assumed: properties.describe("Settings that no stack's config says, with what stands in for them."),
    warnings: z.array(problem).describe("Valid, and probably not meant."),
    differences: z.array(z.string()).describe("What the target does in another way than app.yaml says."),
    cost: z
      .strictObject({
        total: money,
        items: z.array(z.strictObject({ name: z.string(), expected: z.number() })),
        overruns: z.array(z.string()).describe("A sentence for each budget that is not kept."),
        budget: z.number().optional(),
        before: money.optional(),
      })
      .describe("Dollars a month.")
      .optional(),
    policies: z
      .strictObject({
        rules: z.number(),
        waived: z.number(),
        stopping: z.number().describe("Findings that stop a deployment."),
        findings: z.array(
          z.strictObject({
            rule: z.string(),
            severity: z.string(),
            level: z.string(),
            resource: z.string(),
            message: z.string(),
            remedy: z.string(),
          }),
        ),
      })
      .optional(),
    change: z
      .strictObject({
        against: z.string().describe("Git reference or file of the earlier plan."),
        unchanged: z.number(),
        changes: z.array(change).describe("The worst first."),
      })
      .optional(),
  })
  .meta({ title: "Plan of an Atelier app" });

export type PlanDocument = z.output<typeof planDocument>;

/** @param expected of a complete plan of the same program */
export function documentOf(report: Report, expected: States): PlanDocument {
  const { plan, refusals, assumed, warnings, differences, cost, policies, change: found } = report;
  return planDocument.parse({
    version: VERSION,
    subject: plan.subject,
    counts: count(plan),
    resources: plan.resources.map((one) => shown(one, expected.get(one.urn))),
    outputs: maskedAll(plan.outputs),
    refusals,
    assumed,
    warnings,
    differences,
    ...(cost && { cost }),
    ...(policies && { policies }),
    ...(found && { change: { against: found.against, ...found.difference } }),
  });
}

function shown(one: PlannedResource, state: State | undefined) {
  return {
    ...one,
    inputs: maskedAll(one.inputs),
    provider: one.provider.replace(UNKNOWN, UNKNOWN_MASK),
    ...(state && needsMore(one.inputs) && { expected: digestedAll(state.resource.inputs) }),
  };
}

const needsMore = (inputs: Properties): boolean => hasUnknown(inputs) || secretPaths(inputs).length > 0;

/** What would stand in the stack's state after the plan in a document, with secrets masked.
 * @throws ZodError when it is none, or of another version
 */
export function statesIn(document: unknown): States {
  const { subject, resources } = planDocument.parse(document);
  const simulation = new Simulation(subject, { complete: true });
  for (const { expected, ...resource } of resources) {
    simulation.answer({ ...resource, inputs: expected ?? resource.inputs });
  }
  return simulation.states;
}

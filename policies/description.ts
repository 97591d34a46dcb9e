/** The rules as the engine lists them. */
import { z } from "zod";
import { type Level, usualLevel } from "./config.ts";
import type { Rule, Severity } from "./rule.ts";
import { RULES } from "./rules.ts";
import { WAIVER_NOTICES } from "./waivers.ts";

export interface Description {
  readonly name: string;
  readonly description: string;
  readonly remedy: string;
  readonly severity: Severity;
  readonly level: Level;
  readonly subject: "resource" | "stack";
  /** The platform, and checks of other tools that the rule stands for. */
  readonly tags: readonly string[];
  /** JSON schema of each setting. */
  readonly settings: Readonly<Record<string, JsonSchema>>;
}

type JsonSchema = Parameters<
  typeof import("google-protobuf/google/protobuf/struct_pb.js").Struct.fromJavaScript
>[0];

/** Workflows are no part of a deployment. */
export const POLICIES: readonly Description[] = [
  ...RULES.filter(({ subject }) => subject !== "workflow").map(describeRule),
  ...Object.values(WAIVER_NOTICES).map(describeNotice),
];

function describeRule({
  name,
  description,
  remedy,
  severity,
  platform,
  ids,
  subject,
  settings,
}: Rule): Description {
  const { properties = {} } = z.toJSONSchema(settings, { io: "input" });
  return {
    name,
    description,
    remedy,
    severity,
    level: usualLevel(severity),
    subject: subject === "stack" ? "stack" : "resource",
    tags: [platform, ...ids],
    settings: properties as Description["settings"],
  };
}

function describeNotice(notice: (typeof WAIVER_NOTICES)[keyof typeof WAIVER_NOTICES]): Description {
  return { ...notice, level: "advisory", subject: "stack", tags: [], settings: {} };
}

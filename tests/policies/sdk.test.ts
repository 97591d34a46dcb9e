/** The same rules asked by @pulumi/policy's own server find the same: what the SDK's semantics are, the pack has. */
import { createRequire } from "node:module";
import type * as messageModule from "@pulumi/pulumi/proto/analyzer_pb.js";
import type * as structModule from "google-protobuf/google/protobuf/struct_pb.js";
import { describe, expect, it } from "vitest";
import { type Asked, askedRules, NO_POLICIES_CONFIG } from "../../policies/config.ts";
import { judge } from "../../policies/judge.ts";
import { concerns } from "../../policies/rule.ts";
import type { Properties, Value } from "../../policies/values.ts";
import type { PlannedResource } from "../../src/plan/model.ts";
import { planOf } from "./plans.ts";

const load = createRequire(import.meta.url);
const pulumi = createRequire(load.resolve("@pulumi/pulumi/package.json"));
const { Struct } = pulumi("google-protobuf/google/protobuf/struct_pb.js") as typeof structModule;
const messages = load("@pulumi/pulumi/proto/analyzer_pb.js") as typeof messageModule;
const { makeAnalyzeRpcFun } = load("@pulumi/policy/server.js") as {
  makeAnalyzeRpcFun(pack: string, version: string, level: string, policies: readonly object[]): Analyze;
};

type Analyze = (
  call: { readonly request: messageModule.AnalyzeRequest },
  done: (error: Error | null, response: messageModule.AnalyzeResponse) => void,
) => void;

interface SdkArguments {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Properties;
  readonly opts: { readonly protect: boolean };
}

/** The SDK throws where an unknown value is read through its proxy; a property's descriptor goes past it. */
const pastProxy = (props: Properties): Properties =>
  Object.fromEntries(
    Object.entries(Object.getOwnPropertyDescriptors(props)).map(([key, { value }]) => [key, value as Value]),
  );

const policyOf = ({ rule, context }: Asked) => ({
  name: rule.name,
  description: rule.description,
  enforcementLevel: "advisory",
  validateResource: ({ type, name, urn, props, opts }: SdkArguments, report: (message: string) => void) => {
    if (rule.subject !== "resource" || !concerns(rule.types, type)) return;
    const resource = { type, name, urn, inputs: pastProxy(props), protect: opts.protect };
    for (const message of rule.judge(resource, context)) report(message);
  },
});

function requestOf({ type, name, urn, inputs, protect }: PlannedResource): messageModule.AnalyzeRequest {
  const request = new messages.AnalyzeRequest();
  request.setType(type);
  request.setName(name);
  request.setUrn(urn);
  request.setProperties(Struct.fromJavaScript(inputs as Parameters<typeof Struct.fromJavaScript>[0]));
  const options = new messages.AnalyzerResourceOptions();
  options.setProtect(protect);
  request.setOptions(options);
  return request;
}

describe("@pulumi/policy", () => {
  it("finds what judge finds", async () => {
    const plan = await planOf({ example: "flashfit-ai", target: "gcp-cloud-run", environment: "prod" });
    // Nothing is protected, so that there is something severe to find.
    const resources = plan.resources.map((resource) => ({ ...resource, protect: false }));
    const asked = askedRules(NO_POLICIES_CONFIG, "prod").filter(({ rule }) => rule.subject === "resource");
    const analyze = makeAnalyzeRpcFun("atelier", "0.1.0", "advisory", asked.map(policyOf));
    const requests = resources.map(requestOf);

    const [theirs, theirTime] = await timed(async () => {
      const answers = requests.map(
        (request) =>
          new Promise<messageModule.AnalyzeResponse>((resolve, reject) => {
            analyze({ request }, (error, response) => (error ? reject(error) : resolve(response)));
          }),
      );
      const all = await Promise.all(answers);
      return all.flatMap((response, index) =>
        response
          .getDiagnosticsList()
          .map(
            (one) =>
              `${one.getPolicyname()} ${resources[index]?.name} ${one.getMessage().split("\n").at(-1)}`,
          ),
      );
    });
    const [ours, ourTime] = await timed(async () =>
      judge({ ...plan, resources }, { config: NO_POLICIES_CONFIG, today: "2026-11-21" }).map(
        ({ rule, resource, message }) => `${rule} ${resource} ${message}`,
      ),
    );
    const byResource = new Set(asked.map(({ rule }) => rule.name));
    expect(theirs.length).toBeGreaterThan(3);
    expect(ours.filter((line) => byResource.has(line.split(" ")[0] ?? "")).sort()).toEqual(theirs.sort());
    console.log(
      `${resources.length} resources, ${asked.length} rules: @pulumi/policy ${theirTime.toFixed(0)} ms of processor, judge ${ourTime.toFixed(0)} ms, ${(theirTime / ourTime).toFixed(0)} times`,
    );
  });
});

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [result, (user + system) / 1000];
}

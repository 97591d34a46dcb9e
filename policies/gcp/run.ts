/** Cloud Run: services, jobs and worker pools of the second interface. No scanner of its programs knows them. */
import { z } from "zod";
import { type Rule, rule, ruleWith } from "../rule.ts";
import { plainSecrets, type Variable } from "../secret-like.ts";
import { at, isUnknown, maps, shown, text, UNKNOWN } from "../values.ts";
import { openInvokers, sharedAccounts } from "./run-callers.ts";
import { ALL, askedOf, containersOf, floating, POOL, SERVICE, templateOf } from "./run-template.ts";

export const RUN_RULES: readonly Rule[] = [
  rule(
    {
      name: "gcp-run-ingress",
      platform: "gcp",
      severity: "high",
      description:
        "Cloud Run services are reached through the load balancer or from the network, never directly",
      remedy: "set ingress to INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER, or INGRESS_TRAFFIC_INTERNAL_ONLY",
      ids: [],
    },
    {
      subject: "resource",
      types: [SERVICE],
      judge: ({ inputs: { ingress } }) =>
        isUnknown(ingress) || text(ingress).startsWith("INGRESS_TRAFFIC_INTERNAL")
          ? []
          : [`ingress is ${shown(ingress)}: requests from anywhere arrive without firewall and limits`],
    },
  ),
  rule(
    {
      name: "gcp-run-invoker",
      platform: "gcp",
      severity: "high",
      description: "Anyone may call a Cloud Run service only where requests come through the load balancer",
      remedy: "grant roles/run.invoker to the accounts of its callers, or route it through the edge",
      ids: ["CKV_GCP_102"],
    },
    {
      subject: "stack",
      types: /^gcp:cloudrun(v2)?\/(service|job|workerPool|iam|serviceIam|jobIam|workerPoolIam)/i,
      judge: openInvokers,
    },
  ),
  rule(
    {
      name: "gcp-run-default-url",
      platform: "gcp",
      severity: "low",
      description: "A service behind the load balancer has no second address that goes around it",
      remedy: "set defaultUriDisabled: true, unless other services call it by that address",
      ids: [],
    },
    {
      subject: "resource",
      types: [SERVICE],
      judge: ({ inputs: { ingress, defaultUriDisabled } }) =>
        ingress === "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" && !disabled(defaultUriDisabled)
          ? [
              `defaultUriDisabled is ${shown(defaultUriDisabled)}: the run.app address answers beside the edge`,
            ]
          : [],
    },
  ),
  rule(
    {
      name: "gcp-run-secret-env",
      platform: "gcp",
      severity: "high",
      description: "Secrets reach Cloud Run as references to Secret Manager, never as plain values",
      remedy: "keep it in Secret Manager: valueSource.secretKeyRef, or a volume of type secret",
      ids: [],
    },
    {
      subject: "resource",
      types: ALL,
      judge: (resource) =>
        containersOf(resource).flatMap(({ container, called }) =>
          plainSecrets(
            maps(container.envs).flatMap(({ name, value }): Variable[] =>
              typeof value === "string" ? [[text(name), value]] : [],
            ),
          ).map((why) => `${called}: ${why} and stands in plain text`),
        ),
    },
  ),
  rule(
    {
      name: "gcp-run-secret-version",
      platform: "gcp",
      severity: "medium",
      description:
        "Secrets are read in a fixed version, so that a new one is a rollout and can be taken back",
      remedy: "name the version's number in secretKeyRef.version or volumes[].secret.items[].version",
      ids: [],
    },
    {
      subject: "resource",
      types: ALL,
      judge: (resource) => [
        ...containersOf(resource).flatMap(({ container, called }) =>
          maps(container.envs).flatMap((env) => {
            const reference = at(env, "valueSource.secretKeyRef");
            const loose = reference !== undefined && floats(at(env, "valueSource.secretKeyRef.version"));
            return loose ? [`${called}: ${shown(env.name)} reads the latest version`] : [];
          }),
        ),
        ...maps(templateOf(resource).volumes).flatMap((volume) => {
          const files = maps(at(volume, "secret.items"));
          const loose =
            volume.secret !== undefined && (files.length === 0 || files.some((file) => floats(file.version)));
          return loose ? [`volume ${shown(volume.name)} reads the latest version`] : [];
        }),
      ],
    },
  ),
  rule(
    {
      name: "gcp-run-account",
      platform: "gcp",
      severity: "high",
      description: "Cloud Run runs under a service account of its own, not the project's default one",
      remedy: "set template.serviceAccount to an account that is made for it and granted what it needs",
      ids: [],
    },
    {
      subject: "resource",
      types: ALL,
      judge: (resource) => {
        const { serviceAccount } = templateOf(resource);
        if (isUnknown(serviceAccount) || isUnknown(resource.inputs.template)) return [];
        const usual = /-compute@developer\.gserviceaccount\.com$|@appspot\.gserviceaccount\.com$/;
        const account = text(serviceAccount);
        return account === "" || usual.test(account)
          ? [`serviceAccount is ${account || "not set"}: the default account may change the whole project`]
          : [];
      },
    },
  ),
  rule(
    {
      name: "gcp-run-own-account",
      platform: "gcp",
      severity: "medium",
      description: "No two services share a service account, so that each has what it needs and no more",
      remedy: "make one account for each service and grant to each what it needs",
      ids: [],
    },
    { subject: "stack", types: ALL, judge: sharedAccounts },
  ),
  rule(
    {
      name: "gcp-run-image-tag",
      platform: "gcp",
      severity: "high",
      description: "Images on Cloud Run have a tag that says which build they are, or a digest",
      remedy: "name a version's tag, better the digest: image@sha256:…",
      ids: [],
    },
    {
      subject: "resource",
      types: ALL,
      judge: (resource) =>
        containersOf(resource).flatMap(({ container: { image }, called }) =>
          floating(text(image)) ? [`${called}: ${shown(image)} is whatever was pushed last`] : [],
        ),
    },
  ),
  ruleWith(
    {
      name: "gcp-run-image-digest",
      platform: "gcp",
      severity: "medium",
      description: "Images in production are named by digest, so that what was tested is what runs",
      remedy: "name the image by digest: image@sha256:…",
      ids: [],
      productionOnly: true,
    },
    z.strictObject({
      trusted: z
        .array(z.string())
        .default(["us-docker.pkg.dev/cloud-ops-agents-artifacts/", "gke.gcr.io/"])
        .describe("Beginnings of image names whose tags are never moved"),
    }),
    (settingsOf) => ({
      subject: "resource",
      types: ALL,
      judge: (resource, context) =>
        containersOf(resource).flatMap(({ container, called }) => {
          const image = text(container.image);
          const fixed = image === "" || image.includes("@sha256:") || floating(image);
          const trusted = settingsOf(context).trusted.some((start) => image.startsWith(start));
          return fixed || trusted ? [] : [`${called}: ${image} is named by a tag, which can be moved`];
        }),
    }),
  ),
  rule(
    {
      name: "gcp-run-network",
      platform: "gcp",
      severity: "medium",
      description: "Services and worker pools are in the app's network, where rules say what they may reach",
      remedy: "set template.vpcAccess with a subnetwork",
      ids: [],
    },
    {
      subject: "resource",
      types: [SERVICE, POOL],
      judge: (resource) => {
        const calls = containersOf(resource).some(
          ({ container }) => text(container.image) !== "" || isUnknown(container.image),
        );
        const access = templateOf(resource).vpcAccess;
        return calls && access === undefined
          ? ["template.vpcAccess is not set: it reaches the whole internet"]
          : [];
      },
    },
  ),
  rule(
    {
      name: "gcp-run-limits",
      platform: "gcp",
      severity: "low",
      description: "Containers say how much processor and memory they may use",
      remedy: "set resources.limits with cpu and memory",
      ids: [],
    },
    {
      subject: "resource",
      types: ALL,
      judge: (resource) =>
        containersOf(resource).flatMap(({ container, called }) => {
          const missing = ["cpu", "memory"].filter(
            (key) => at(container, `resources.limits.${key}`) === undefined,
          );
          return missing.length > 0 ? [`${called}: no limit of ${missing.join(" and ")}`] : [];
        }),
    },
  ),
  rule(
    {
      name: "gcp-run-max-instances",
      platform: "gcp",
      severity: "medium",
      description: "Services have a largest number of instances, so that a flood has a price that one knows",
      remedy: "set scaling.maxInstanceCount",
      ids: [],
    },
    {
      subject: "resource",
      types: [SERVICE],
      judge: ({ inputs }) =>
        [at(inputs, "template.scaling.maxInstanceCount"), at(inputs, "scaling.maxInstanceCount")].some(
          (count) => count === UNKNOWN || (typeof count === "number" && count > 0),
        )
          ? []
          : ["scaling.maxInstanceCount is not set: Cloud Run starts up to 100 and more"],
    },
  ),
  rule(
    {
      name: "gcp-run-probe",
      platform: "gcp",
      severity: "low",
      description: "Services are asked whether they have started and whether they still work",
      remedy: "set startupProbe and livenessProbe; in app.yaml: health",
      ids: ["CKV_DOCKER_2", "DS-0026"],
    },
    {
      subject: "resource",
      types: [SERVICE],
      judge: (resource) =>
        askedOf(resource).flatMap(({ container, called }) =>
          container.startupProbe === undefined && container.livenessProbe === undefined
            ? [`${called}: neither startupProbe nor livenessProbe is set`]
            : [],
        ),
    },
  ),
];

const disabled = (value: unknown): boolean => value === true || value === UNKNOWN;
const floats = (version: unknown): boolean =>
  version !== UNKNOWN && (version === undefined || version === "" || version === "latest");

/** Groups of instances. */
import { like, one, own, REGION, renamed, type Service } from "../mapping.ts";

const BARE = "the provider leaves out the object around it";
const TARGET = () => renamed("utilizationTarget", "the provider says target");

export const instances: Service = {
  types: {
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate": {
      document: "compute.v1",
      schema: "InstanceProperties",
      fields: {
        ...REGION,
        namePrefix: own("the provider adds a time (r/compute_region_instance_template)", {
          format: /^[a-z][-a-z0-9]{0,36}$/,
        }),
        serviceAccount: one("serviceAccounts"),
        metadata: own("a map; Google has a list of keys and values"),
        tags: { api: "tags.items", why: BARE },
        machineType: like(/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/, "a machine type's name"),
      },
    },
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": {
      document: "compute.v1",
      schema: "InstanceGroupManager",
      fields: {
        ...REGION,
        autoHealingPolicies: one(),
        baseInstanceName: like(
          /^[a-z](?:[-a-z0-9]{0,56}[a-z0-9])?$/,
          "1 to 58 characters, as the schema says",
        ),
        distributionPolicyZones: own("names alone; Google has distributionPolicy.zones[].zone", {
          format: /^[a-z]+-[a-z]+\d+-[a-z]$/,
        }),
        waitForInstances: own("the provider waits for a rollout's end"),
        waitForInstancesStatus: own("what the provider waits for (r/compute_region_instance_group_manager)", {
          values: ["STABLE", "UPDATED"],
        }),
      },
    },
    "gcp:compute/regionAutoscaler:RegionAutoscaler": {
      document: "compute.v1",
      schema: "Autoscaler",
      fields: { ...REGION },
    },
    "gcp:compute/healthCheck:HealthCheck": { document: "compute.v1", schema: "HealthCheck" },
    "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup": {
      document: "compute.v1",
      schema: "NetworkEndpointGroup",
      fields: { ...REGION },
    },
  },
  schemas: {
    AttachedDisk: {
      sourceImage: renamed("initializeParams.sourceImage", BARE),
      diskType: renamed("initializeParams.diskType", BARE),
      diskSizeGb: renamed("initializeParams.diskSizeGb", BARE),
      labels: renamed("initializeParams.labels", BARE),
    },
    CustomerEncryptionKey: { kmsKeySelfLink: renamed("kmsKeyName", "the provider says self link") },
    AcceleratorConfig: {
      type: renamed("acceleratorType", "the provider says type"),
      count: renamed("acceleratorCount", "the provider says count"),
    },
    InstanceGroupManagerUpdatePolicy: {
      maxSurgeFixed: renamed("maxSurge.fixed", BARE),
      maxUnavailableFixed: renamed("maxUnavailable.fixed", BARE),
    },
    AutoscalingPolicy: {
      minReplicas: renamed("minNumReplicas", "the provider leaves out Num"),
      maxReplicas: renamed("maxNumReplicas", "the provider leaves out Num"),
      cooldownPeriod: renamed("coolDownPeriodSec", "the provider leaves out the unit"),
      metrics: renamed("customMetricUtilizations", "the provider says metrics"),
    },
    AutoscalingPolicyCpuUtilization: { target: TARGET() },
    AutoscalingPolicyLoadBalancingUtilization: { target: TARGET() },
    AutoscalingPolicyCustomMetricUtilization: {
      name: renamed("metric", "the provider says name"),
      target: TARGET(),
      type: renamed("utilizationTargetType", "the provider says type"),
    },
  },
};

/** How Google's resources behave under the engine: who names them, what replaces them, what may not go, what is secret.
 *
 * Only what the provider itself knows before it asks Google is known before a resource is made.
 */
import type { Behaviour } from "../behaviour.ts";
import { isMap, type Properties } from "../values.ts";
import { againOf, isChosen } from "./identity.ts";
import { googleOutputs, type Named } from "./outputs.ts";
import { quotaOf } from "./quotas.ts";
import { leansOn, namesOf, referencesOf } from "./references.ts";
import { replacesOn } from "./replacements.ts";
import { lagOf, secondsFor } from "./times.ts";

export function googleBehaviour(project: Named): Behaviour {
  return {
    outputs: (type, name, inputs) => googleOutputs(type, name, inputs, project),
    isStable: (type, key) => key === "project" || (STABLE[type]?.includes(key) ?? false),
    replaces: replacesOn,
    autoName: (type) => (AUTO_NAMED.has(type) ? "name" : undefined),
    nameLength: (type) => LENGTHS[type] ?? LONGEST,
    refusesDelete: (type, inputs) => GUARDS[type]?.(inputs),
    isSecret: (type, key) => SECRET[type]?.includes(key) ?? false,
    again: againOf,
    isChosen,
    references: (type, inputs) => referencesOf(type, inputs, project),
    names: namesOf,
    quota: quotaOf,
    seconds: secondsFor,
    lag: lagOf,
    leansOn,
  };
}

/** The provider works these out by itself (`CustomizeDiff` of google_service_account). */
const STABLE: Readonly<Record<string, readonly string[]>> = {
  "gcp:serviceaccount/account:Account": ["email", "member"],
};

/** Types with an input `name` that a program may leave out: the bridge fills it in. A template takes `namePrefix`, and
 * the provider goes on from there.
 */
export const AUTO_NAMED: ReadonlySet<string> = new Set([
  "gcp:certificatemanager/certificate:Certificate",
  "gcp:certificatemanager/certificateMap:CertificateMap",
  "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry",
  "gcp:certificatemanager/dnsAuthorization:DnsAuthorization",
  "gcp:cloudrunv2/job:Job",
  "gcp:cloudrunv2/jobIamMember:JobIamMember",
  "gcp:cloudrunv2/service:Service",
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
  "gcp:cloudrunv2/workerPool:WorkerPool",
  "gcp:cloudscheduler/job:Job",
  "gcp:compute/backendBucket:BackendBucket",
  "gcp:compute/backendBucketSignedUrlKey:BackendBucketSignedUrlKey",
  "gcp:compute/backendService:BackendService",
  "gcp:compute/firewall:Firewall",
  "gcp:compute/forwardingRule:ForwardingRule",
  "gcp:compute/globalAddress:GlobalAddress",
  "gcp:compute/globalForwardingRule:GlobalForwardingRule",
  "gcp:compute/healthCheck:HealthCheck",
  "gcp:compute/network:Network",
  "gcp:compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation",
  "gcp:compute/networkFirewallPolicyWithRules:NetworkFirewallPolicyWithRules",
  "gcp:compute/regionAutoscaler:RegionAutoscaler",
  "gcp:compute/regionBackendService:RegionBackendService",
  "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
  "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup",
  "gcp:compute/router:Router",
  "gcp:compute/routerNat:RouterNat",
  "gcp:compute/sSLPolicy:SSLPolicy",
  "gcp:compute/securityPolicy:SecurityPolicy",
  "gcp:compute/subnetwork:Subnetwork",
  "gcp:compute/targetHttpProxy:TargetHttpProxy",
  "gcp:compute/targetHttpsProxy:TargetHttpsProxy",
  "gcp:compute/uRLMap:URLMap",
  "gcp:dns/managedZone:ManagedZone",
  "gcp:filestore/instance:Instance",
  "gcp:firebaserules/release:Release",
  "gcp:firestore/database:Database",
  "gcp:firestore/userCreds:UserCreds",
  "gcp:logging/projectSink:ProjectSink",
  "gcp:projects/apiKey:ApiKey",
  "gcp:redis/instance:Instance",
  "gcp:sql/database:Database",
  "gcp:sql/databaseInstance:DatabaseInstance",
  "gcp:sql/user:User",
  "gcp:storage/bucket:Bucket",
  "gcp:storage/bucketObject:BucketObject",
]);

/** Google's own limit of nearly everything that has a name. */
const LONGEST = 63;

const LENGTHS: Readonly<Record<string, number>> = {
  "gcp:cloudrunv2/job:Job": 49,
  "gcp:cloudrunv2/service:Service": 49,
  "gcp:cloudrunv2/workerPool:WorkerPool": 49,
  "gcp:cloudscheduler/job:Job": 500,
  "gcp:logging/projectSink:ProjectSink": 100,
  "gcp:redis/instance:Instance": 40,
  // 98 with the project's name and a colon; a project's has up to 30.
  "gcp:sql/databaseInstance:DatabaseInstance": 67,
  "gcp:storage/bucketObject:BucketObject": 1024,
};

type Guard = (inputs: Properties) => string | undefined;

const guarded = (why: string): string => `deletion protection is on (${why})`;

/** On where the program says nothing. */
const onByDefault: Guard = ({ deletionProtection }) =>
  deletionProtection === false ? undefined : guarded("deletionProtection");

const whenAsked: Guard = ({ deletionProtection }) =>
  deletionProtection === true ? guarded("deletionProtection") : undefined;

const GUARDS: Readonly<Record<string, Guard>> = {
  "gcp:cloudrunv2/job:Job": onByDefault,
  "gcp:cloudrunv2/service:Service": onByDefault,
  "gcp:cloudrunv2/workerPool:WorkerPool": onByDefault,
  "gcp:redis/instance:Instance": whenAsked,
  "gcp:secretmanager/secret:Secret": whenAsked,
  "gcp:sql/databaseInstance:DatabaseInstance": (inputs) =>
    onByDefault(inputs) ??
    (isMap(inputs.settings) && inputs.settings.deletionProtectionEnabled === true
      ? guarded("settings.deletionProtectionEnabled")
      : undefined),
  "gcp:filestore/instance:Instance": ({ deletionProtectionEnabled }) =>
    deletionProtectionEnabled === true ? guarded("deletionProtectionEnabled") : undefined,
  // Without DELETE it is only forgotten, and stays.
  "gcp:firestore/database:Database": ({ deleteProtectionState, deletionPolicy }) =>
    deleteProtectionState === "DELETE_PROTECTION_ENABLED" && deletionPolicy === "DELETE"
      ? guarded("deleteProtectionState")
      : undefined,
};

/** As the provider's package marks them (`additionalSecretOutputs`; a test reads it there). */
export const SECRET: Readonly<Record<string, readonly string[]>> = {
  "gcp:compute/backendBucketSignedUrlKey:BackendBucketSignedUrlKey": ["keyValue"],
  "gcp:firestore/userCreds:UserCreds": ["securePassword"],
  "gcp:projects/apiKey:ApiKey": ["keyString"],
  "gcp:redis/instance:Instance": ["authString"],
  "gcp:secretmanager/secretVersion:SecretVersion": ["secretData", "secretDataWo"],
  "gcp:sql/databaseInstance:DatabaseInstance": [
    "replicaConfiguration",
    "rootPassword",
    "rootPasswordWo",
    "serverCaCerts",
  ],
  "gcp:sql/user:User": ["password", "passwordWo"],
  "gcp:storage/bucketObject:BucketObject": ["content", "customerEncryption"],
  "gcp:storage/hmacKey:HmacKey": ["secret"],
};

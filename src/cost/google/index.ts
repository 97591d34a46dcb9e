/** Google Cloud: resource type → how it is paid. A type that is in neither table is reported as not priced. */
import type { Cloud } from "../estimator.ts";
import { type GoogleSku, priceIn, prices } from "../prices/google.ts";
import { instanceGroup, TEMPLATE } from "./compute.ts";
import {
  BACKEND_BUCKET,
  BUCKET,
  backendBucket,
  bucket,
  firestore,
  firestoreBackup,
  redisInstance,
  share,
  sqlInstance,
} from "./data.ts";
import { AUTOSCALER, GROUP, RUN_SERVICE, WORKER_POOL } from "./instances.ts";
import { globalRule, nat, regionalRule, securityPolicy, zone } from "./network.ts";
import {
  alertPolicy,
  identityPlatform,
  logs,
  registry,
  schedulerJob,
  secretVersion,
  uptimeCheck,
} from "./operations.ts";
import { runJob, runService, workerPool } from "./run.ts";

const estimators: Cloud<GoogleSku>["estimators"] = {
  [RUN_SERVICE]: runService,
  [WORKER_POOL]: workerPool,
  "gcp:cloudrunv2/job:Job": runJob,
  [GROUP]: instanceGroup,
  "gcp:sql/databaseInstance:DatabaseInstance": sqlInstance,
  "gcp:redis/instance:Instance": redisInstance,
  "gcp:firestore/database:Database": firestore,
  "gcp:firestore/backupSchedule:BackupSchedule": firestoreBackup,
  [BUCKET]: bucket,
  [BACKEND_BUCKET]: backendBucket,
  "gcp:filestore/instance:Instance": share,
  "gcp:compute/globalForwardingRule:GlobalForwardingRule": globalRule,
  "gcp:compute/forwardingRule:ForwardingRule": regionalRule,
  "gcp:compute/routerNat:RouterNat": nat,
  "gcp:compute/securityPolicy:SecurityPolicy": securityPolicy,
  "gcp:dns/managedZone:ManagedZone": zone,
  "gcp:secretmanager/secretVersion:SecretVersion": secretVersion,
  "gcp:cloudscheduler/job:Job": schedulerJob,
  "gcp:artifactregistry/repository:Repository": registry,
  "gcp:logging/projectBucketConfig:ProjectBucketConfig": logs,
  "gcp:monitoring/alertPolicy:AlertPolicy": alertPolicy,
  "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": uptimeCheck,
  "gcp:identityplatform/config:Config": identityPlatform,
};

const ACCESS = "permissions cost nothing";
const BALANCER = "part of the load balancer, which its forwarding rules are paid for";
const NETWORK = "networks, addresses in use and rules cost nothing; traffic counts where it leaves";

const free: Cloud["free"] = {
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": ACCESS,
  "gcp:billing/budget:Budget": "budgets cost nothing",
  "gcp:certificatemanager/certificate:Certificate": "the first 100 certificates cost nothing",
  "gcp:certificatemanager/certificateMap:CertificateMap": BALANCER,
  "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry": BALANCER,
  "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": BALANCER,
  "gcp:cloudrunv2/jobIamMember:JobIamMember": ACCESS,
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": ACCESS,
  "gcp:compute/backendBucketSignedUrlKey:BackendBucketSignedUrlKey": BALANCER,
  "gcp:compute/backendService:BackendService": BALANCER,
  "gcp:compute/firewall:Firewall": NETWORK,
  "gcp:compute/globalAddress:GlobalAddress": NETWORK,
  "gcp:compute/healthCheck:HealthCheck": BALANCER,
  "gcp:compute/network:Network": NETWORK,
  "gcp:compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation": NETWORK,
  "gcp:compute/networkFirewallPolicyWithRules:NetworkFirewallPolicyWithRules": NETWORK,
  [AUTOSCALER]: "autoscaling costs nothing; the group's instances count",
  "gcp:compute/regionBackendService:RegionBackendService": BALANCER,
  [TEMPLATE]: "templates cost nothing; the group's instances count",
  "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup": BALANCER,
  "gcp:compute/router:Router": "the gateway on it counts",
  "gcp:compute/sSLPolicy:SSLPolicy": BALANCER,
  "gcp:compute/subnetwork:Subnetwork": NETWORK,
  "gcp:compute/targetHttpProxy:TargetHttpProxy": BALANCER,
  "gcp:compute/targetHttpsProxy:TargetHttpsProxy": BALANCER,
  "gcp:compute/uRLMap:URLMap": BALANCER,
  "gcp:dns/recordSet:RecordSet": "records cost nothing; their zone counts",
  "gcp:firebaserules/release:Release": ACCESS,
  "gcp:firebaserules/ruleset:Ruleset": ACCESS,
  "gcp:firestore/userCreds:UserCreds": ACCESS,
  "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": ACCESS,
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": ACCESS,
  "gcp:iap/webBackendServiceIamMember:WebBackendServiceIamMember": ACCESS,
  "gcp:identityplatform/defaultSupportedIdpConfig:DefaultSupportedIdpConfig":
    "users count, not ways to sign in",
  "gcp:logging/projectSink:ProjectSink": "routing logs costs nothing; the log bucket counts",
  "gcp:monitoring/dashboard:Dashboard": "dashboards cost nothing",
  "gcp:monitoring/notificationChannel:NotificationChannel": "mail and webhooks cost nothing",
  "gcp:projects/apiKey:ApiKey": ACCESS,
  "gcp:projects/iAMAuditConfig:IAMAuditConfig": "audit logs of changes cost nothing; others count as logs",
  "gcp:projects/iAMMember:IAMMember": ACCESS,
  "gcp:projects/service:Service": "enabling an interface costs nothing",
  "gcp:projects/serviceIdentity:ServiceIdentity": ACCESS,
  "gcp:secretmanager/secret:Secret": "its versions count",
  "gcp:secretmanager/secretIamMember:SecretIamMember": ACCESS,
  "gcp:serviceaccount/account:Account": ACCESS,
  "gcp:serviceaccount/iAMMember:IAMMember": ACCESS,
  "gcp:servicenetworking/connection:Connection": NETWORK,
  "gcp:sql/database:Database": "its instance counts",
  "gcp:sql/user:User": "its instance counts",
  "gcp:storage/bucketIAMMember:BucketIAMMember": ACCESS,
  "gcp:storage/bucketObject:BucketObject": "its bucket counts",
  "gcp:storage/hmacKey:HmacKey": ACCESS,
};

export const google: Cloud<GoogleSku> = { package: "gcp", prices, priceIn, estimators, free };

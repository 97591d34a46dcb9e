/** Google Cloud's parts, for programs that use them one by one. `deployment` makes their arguments.
 *
 * Each is an entry of its own too: `atelier/gcp/postgres` loads that one alone, in half the time.
 */
export { Apis, type ApisArgs } from "./apis.ts";
export { Auth, type AuthArgs } from "./auth.ts";
export { Bucket, type BucketArgs } from "./bucket.ts";
export { Budget, type BudgetArgs } from "./budget.ts";
export { Ci, type CiArgs } from "./ci.ts";
export type { ContainerServiceArgs as CloudRunServiceArgs } from "./cloud-run/deployment.ts";
export { ContainerService as CloudRunService } from "./cloud-run/service.ts";
export type { ContainerServiceArgs as ComputeServiceArgs } from "./compute/deployment.ts";
export { PrivateZone } from "./compute/internal.ts";
export { ContainerService as ComputeService } from "./compute/service.ts";
export type { Deployment } from "./deployment.ts";
export { Documents, type DocumentsArgs } from "./documents.ts";
export { Edge, type GcpEdgeArgs } from "./edge.ts";
export type * from "./handles.ts";
export { Identity, type IdentityArgs } from "./identity.ts";
export { Images, type ImagesArgs } from "./image.ts";
export { Monitoring } from "./monitoring.ts";
export { Network, type NetworkArgs } from "./network.ts";
export { cloudRunDeployment, computeDeployment, deployment, type GcpUser } from "./parts.ts";
export { Postgres } from "./postgres.ts";
export { Redis, type RedisArgs } from "./redis.ts";
export { Registry, type RegistryArgs } from "./registry.ts";
export { Secrets, type SecretsArgs } from "./secrets.ts";
export type { GcpSettings } from "./settings.ts";
export { StaticSite, type StaticSiteArgs } from "./static.ts";
export { Vectors, type VectorsArgs } from "./vectors.ts";

/** The parts of the Docker target, for programs that use them one by one. `deployment` makes their arguments.
 *
 * Each is an entry of its own too: `atelier/docker/postgres` loads that one alone.
 */

export { Auth, type AuthArgs } from "./auth.ts";
export { Bucket, type BucketArgs } from "./bucket.ts";
export type { Deployment } from "./deployment.ts";
export type { DocumentsArgs } from "./documents/engine.ts";
export { Documents } from "./documents.ts";
export { type DockerEdgeArgs, Edge } from "./edge.ts";
export type * from "./handles.ts";
export { Images, type ImagesArgs } from "./image.ts";
export { Keeper } from "./keeper.ts";
export { Monitoring } from "./monitoring.ts";
export { Network } from "./network.ts";
export { deployment } from "./parts.ts";
export { Ports } from "./ports.ts";
export { Postgres, type PostgresArgs } from "./postgres.ts";
export { preflight } from "./preflight/index.ts";
export { Redis, type RedisArgs } from "./redis.ts";
export { type DockerSecretsArgs, Secrets } from "./secrets.ts";
export { ContainerService } from "./service.ts";
export { settings } from "./settings.ts";
export { Vectors, type VectorsArgs } from "./vectors.ts";

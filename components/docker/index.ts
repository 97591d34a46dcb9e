/** The parts of the Docker target, for programs that use them one by one. */
export { Bucket } from "./bucket.ts";
export { Documents } from "./documents.ts";
export { Edge } from "./edge.ts";
export { Images } from "./image.ts";
export { Keeper } from "./keeper.ts";
export { Monitoring } from "./monitoring.ts";
export { Network } from "./network.ts";
export { Ports } from "./ports.ts";
export { Postgres } from "./postgres.ts";
export { preflight } from "./preflight/index.ts";
export { Redis } from "./redis.ts";
export { Secrets } from "./secrets.ts";
export { ContainerService } from "./service.ts";
export { settings } from "./settings.ts";
export { Vectors } from "./vectors.ts";

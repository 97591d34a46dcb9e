/** The target `docker`: one Docker host, everything real. */
import type { Adapters, Target } from "../components/contracts/target.ts";
import { Bucket } from "../components/docker/bucket.ts";
import type { Deployment } from "../components/docker/deployment.ts";
import { Documents } from "../components/docker/documents.ts";
import { Edge } from "../components/docker/edge.ts";
import type { DockerHandles } from "../components/docker/handles.ts";
import { Images } from "../components/docker/image.ts";
import { Keeper } from "../components/docker/keeper.ts";
import { Monitoring } from "../components/docker/monitoring.ts";
import { Network } from "../components/docker/network.ts";
import { Ports } from "../components/docker/ports.ts";
import { Postgres } from "../components/docker/postgres.ts";
import { preflight } from "../components/docker/preflight/index.ts";
import { publishedPorts } from "../components/docker/publish.ts";
import { Redis } from "../components/docker/redis.ts";
import { differences, refuseApp } from "../components/docker/refusals.ts";
import { Secrets } from "../components/docker/secrets.ts";
import { ContainerService } from "../components/docker/service.ts";
import { type Settings, settings } from "../components/docker/settings.ts";
import { Vectors } from "../components/docker/vectors.ts";
import type { App } from "../src/config/model.ts";
import { prepareHost } from "./docker-host.ts";

export const docker: Target<Settings> = {
  name: "docker",
  settings,
  refuse: refuseApp,
  async open(app, chosen) {
    const host = await prepareHost(await preflight(app, chosen));
    return adapters({ app, settings: chosen, host, images: new Images("images", { app, host }) });
  },
};

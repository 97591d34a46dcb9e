/** What Google Cloud can't do for an app, or does differently, wherever its services run: each part answers for itself. */

import type { App, Data, DataKind, DataOf } from "../../src/config/model.ts";
import type { Problem } from "../../src/config/problem.ts";
import { differencesOfAuth, refuseAuth } from "./auth/refusals.ts";
import { differencesOfBucket, refuseBucket } from "./bucket/refusals.ts";
import { differencesOfBudget, refuseBudget } from "./budget.ts";
import { differencesOfCi, refuseCi } from "./ci.ts";
import { refuseDataSettings } from "./data-settings.ts";
import type { Deployment } from "./deployment.ts";
import { differencesOfDocuments, refuseDocuments } from "./documents/refusals.ts";
import { edgeDifferences } from "./edge/differences.ts";
import { refuseEdge } from "./edge/refusals.ts";
import { differencesOfImages, refuseImages } from "./image.ts";
import { monitoringDifferences, refuseMonitoring } from "./monitoring/refusals.ts";
import { differencesOfNetwork, refuseNetwork } from "./network/refusals.ts";
import { refusePlaces } from "./places.ts";
import { differencesPostgres, refusePostgres } from "./postgres/refusals.ts";
import { differencesRedis, refuseRedis } from "./redis/refusals.ts";
import { refuseSecrets } from "./secrets/refusals.ts";
import { differencesOfStatic, isPlainFolder, refuseStatic } from "./static/refusals.ts";
import { tellUnused } from "./unused.ts";
import { differencesOfVectors, refuseVectors } from "./vectors/refusals.ts";

/** Every reason why Google Cloud cannot carry the app.
 * @param instances services that run on instances of Compute Engine
 * @param ofServices what the place where services run has to say; asked once the regions are known to be right
 */
export function refuseGoogle(
  deployment: Deployment,
  instances: readonly string[],
  ofServices: () => readonly Problem[],
): Problem[] {
  const problems = refuseShared(deployment, instances);
  const located = problems.every(({ path }) => path[0] !== "regions");
  return [...problems, ...(located ? ofServices() : [])];
}

function refuseShared(deployment: Deployment, instances: readonly string[]): Problem[] {
  const { app, settings } = deployment;
  const places = refusePlaces(app, settings);
  // Almost everything below asks for a region.
  if (places.length > 0) return places;
  return [
    ...refuseNetwork(app, settings),
    ...refuseSecrets(app, settings),
    ...refusePostgres(app, settings),
    ...refuseRedis(app, settings),
    ...each(app, "documents", (name, spec) => refuseDocuments(name, spec, deployment)),
    ...each(app, "vectors", (name, spec) => refuseVectors(name, spec, deployment)),
    ...each(app, "bucket", (name, spec) => refuseBucket(name, spec, deployment)),
    ...each(app, "auth", (name, spec) => refuseAuth(name, spec, app)),
    ...plainFolders(app).flatMap(([name, spec]) => refuseStatic(name, spec)),
    ...refuseDataSettings(app, settings),
    ...refuseImages(app, instances),
    ...refuseEdge(app, settings),
    ...refuseMonitoring(app),
    ...refuseBudget(app, settings),
    ...refuseCi(settings),
  ];
}

/** What Google Cloud honours differently, wherever services run, one sentence each. */
export function differencesOfGoogle(deployment: Deployment, instances: readonly string[]): string[] {
  const { app, settings } = deployment;
  return [
    ...differencesOfNetwork(app, settings, instances),
    ...differencesPostgres(app, settings),
    ...differencesRedis(app),
    ...each(app, "documents", (name, spec) => differencesOfDocuments(name, spec, deployment)),
    ...each(app, "vectors", (name, spec) => differencesOfVectors(name, spec, deployment)),
    ...each(app, "bucket", (name, spec) => differencesOfBucket(name, spec, deployment)),
    ...each(app, "auth", (name) => differencesOfAuth(name)),
    ...plainFolders(app).flatMap(([name]) => differencesOfStatic(name)),
    ...differencesOfImages(deployment),
    ...edgeDifferences(app),
    ...monitoringDifferences(app),
    ...differencesOfBudget(app, settings),
    ...differencesOfCi(app, settings),
    ...tellUnused(deployment, instances),
  ];
}

const plainFolders = ({ services }: App) =>
  Object.entries(services).filter(([, spec]) => isPlainFolder(spec));

function each<K extends DataKind, T>(
  app: App,
  kind: K,
  answer: (name: string, spec: DataOf<K>) => readonly T[],
): T[] {
  const isKind = (spec: Data): spec is DataOf<K> => spec.kind === kind;
  return Object.entries(app.data).flatMap(([name, spec]) => (isKind(spec) ? answer(name, spec) : []));
}

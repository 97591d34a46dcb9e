/** Resources whose end is the end of data, and what is lost with them. */
import { isMap, type Properties } from "../../rehearsal/values.ts";
import type { PlannedResource } from "./model.ts";

type Loss = string | ((inputs: Properties) => string | undefined);

const objects: Loss = ({ forceDestroy }) =>
  forceDestroy === true ? "every object in it" : "every object in it (refused while there are any)";

/** Type → what goes with it. Resources that only describe or connect are not here: they can be made again. */
const LOSSES: Readonly<Record<string, Loss>> = {
  "docker:index/volume:Volume": "every file on it",
  "gcp:artifactregistry/repository:Repository": "every image in it, and with them the way back",
  "gcp:filestore/instance:Instance": "every file on the share",
  "gcp:firestore/database:Database": ({ deletionPolicy }) =>
    deletionPolicy === "DELETE" ? "every document in it" : undefined,
  "gcp:identityplatform/config:Config": "every user account",
  "gcp:kms/cryptoKey:CryptoKey": "everything that was encrypted with it",
  "gcp:logging/projectBucketConfig:ProjectBucketConfig": "the log entries in it",
  "gcp:redis/instance:Instance": "everything that it holds in memory",
  "gcp:secretmanager/secret:Secret": "every version of the secret",
  "gcp:sql/database:Database": ({ deletionPolicy }) =>
    deletionPolicy === "ABANDON" ? undefined : "every table and row in it",
  "gcp:sql/databaseInstance:DatabaseInstance": (inputs) =>
    typeof inputs.masterInstanceName === "string"
      ? undefined
      : isMap(inputs.settings) && isMap(inputs.settings.finalBackupConfig)
        ? "every database on it, but for the final backup"
        : "every database on it, with its backups",
  "gcp:storage/bucket:Bucket": objects,
};

/** What is lost when the resource goes; undefined when nothing is, or when it stays where it is. */
export function lossOf({ type, inputs, retainOnDelete }: PlannedResource): string | undefined {
  const loss = LOSSES[type];
  if (loss === undefined || retainOnDelete) return undefined;
  return typeof loss === "string" ? loss : loss(inputs);
}

export const STATEFUL: readonly string[] = Object.keys(LOSSES);

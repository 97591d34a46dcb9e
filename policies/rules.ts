/** Every rule there is. A platform that gets rules adds its list here. */
import { OPERATION_RULES } from "./docker/operation.ts";
import { RIGHTS_RULES } from "./docker/rights.ts";
import { DOCKERFILE_RULES } from "./dockerfile/rules.ts";
import { DATA_RULES } from "./gcp/data.ts";
import { EDGE_RULES } from "./gcp/edge.ts";
import { GKE_RULES } from "./gcp/gke.ts";
import { IAM_RULES } from "./gcp/iam.ts";
import { INSTANCE_RULES } from "./gcp/instances.ts";
import { NETWORK_RULES } from "./gcp/network.ts";
import { RUN_RULES } from "./gcp/run.ts";
import { SQL_RULES } from "./gcp/sql.ts";
import { STORAGE_RULES } from "./gcp/storage.ts";
import type { Platform, Rule } from "./rule.ts";
import { WORKFLOW_RULES } from "./workflow/rules.ts";

/** A missing platform would not compile. Empty ones get their rules with their target. */
const BY_PLATFORM = {
  gcp: [
    ...NETWORK_RULES,
    ...RUN_RULES,
    ...INSTANCE_RULES,
    ...EDGE_RULES,
    ...SQL_RULES,
    ...DATA_RULES,
    ...STORAGE_RULES,
    ...IAM_RULES,
    ...GKE_RULES,
  ],
  docker: [...RIGHTS_RULES, ...OPERATION_RULES],
  dockerfile: DOCKERFILE_RULES,
  workflow: WORKFLOW_RULES,
  aws: [],
  kubernetes: [],
} satisfies Record<Platform, readonly Rule[]>;

export const RULES: readonly Rule[] = Object.values(BY_PLATFORM).flat();

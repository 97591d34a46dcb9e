import { describeKeys } from "./describe-keys.ts";

describeKeys("gcp-cloud-run");

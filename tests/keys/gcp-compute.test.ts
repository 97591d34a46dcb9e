import { computeCarries } from "../../components/gcp/compute/carries.ts";
import { describeKeys } from "./describe-keys.ts";

// The rest is what gcp-cloud-run has, made by the same parts.
describeKeys("gcp-compute", Object.keys(computeCarries));

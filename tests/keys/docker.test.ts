import { describeKeys } from "./describe-keys.ts";

describeKeys("docker");

/** The platform's own Pulumi program: what Pulumi.yaml runs. */
import { deploy } from "./deploy.ts";

export const outputs = await deploy();

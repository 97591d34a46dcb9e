/** Every type that a program of ours may register, and Google's word for it. */
import type { Service } from "../mapping.ts";
import { access } from "./access.ts";
import { data } from "./data.ts";
import { edge } from "./edge.ts";
import { instances } from "./instances.ts";
import { network } from "./network.ts";
import { operations } from "./operations.ts";
import { run } from "./run.ts";

export const services: readonly Service[] = [access, data, edge, instances, network, operations, run];

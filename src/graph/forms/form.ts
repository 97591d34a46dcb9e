/** What a reader calls a resource. */
import type { Properties } from "../../../rehearsal/values.ts";

/** @returns undefined for a resource that is not worth a word */
export type Form = (inputs: Properties) => string | undefined;

/** What the providers' own checks find in a plan. */
import type { Problem } from "../config/problem.ts";

/** Keys and indices below a resource's inputs: `["ports", 0, "internal"]`. */
export type InputPath = readonly (string | number)[];

/** One thing that a provider says about one resource. */
export interface Finding {
  readonly urn: string;
  readonly severity: "error" | "warning";
  /** The input that it is about; absent where the provider does not say. */
  readonly input?: InputPath;
  /** In the provider's words, without what only repeats where it is. */
  readonly reason: string;
}

/** How one package of the plan was asked. */
export interface PackageReport {
  /** `gcp` */
  readonly name: string;
  /** As the plugin says; the one that the program was written for where no plugin answered. */
  readonly version: string;
  /** The plugin's file, or `127.0.0.1:PORT` of one that was running; absent where there is none. */
  readonly plugin?: string;
  /** Resources of the package in the plan, and how many of them the plugin answered for. */
  readonly resources: number;
  readonly checked: number;
  /** Seconds until the plugin was configured, and from there until everything was checked. */
  readonly startSeconds: number;
  readonly checkSeconds: number;
}

export interface Verdict {
  /** Nothing is refused, and every resource was looked at by its provider. */
  readonly ok: boolean;
  /** What providers refuse and what could not be asked, each where it is written. In the order of places. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** By name. */
  readonly packages: readonly PackageReport[];
  /** Inputs that the plan does not know, so that no provider could look at them. */
  readonly unknown: number;
  /** From the first plugin's start to the last answer, without the search for causes. */
  readonly seconds: number;
}

/** The one door of the app: TLS, WAF, routes, limits, headers, logins. */
import type { Output } from "@pulumi/pulumi";
import type { App, Route } from "../../src/config/model.ts";
import type { Secrets } from "./secrets.ts";

/** A route with what stands behind it. Redirects have no backend. */
export interface BoundRoute<B> {
  readonly path: string;
  readonly route: Route;
  readonly backend?: B;
}

export interface EdgeArgs<N, B> {
  readonly app: App;
  readonly network: N;
  readonly secrets: Secrets;
  /** Longest prefix first. */
  readonly routes: readonly BoundRoute<B>[];
}

export interface EdgePart {
  readonly url: Output<string>;
  readonly done: Output<unknown>;
}

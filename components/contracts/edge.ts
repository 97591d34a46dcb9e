/** The one door of the app: TLS, WAF, routes, limits, headers, logins. */
import type { Output } from "@pulumi/pulumi";
import type { App, Route } from "../../src/config/model.ts";
import type { Handles } from "./handles.ts";

/** A route with what stands behind it. Redirects have no backend. */
export interface BoundRoute<B> {
  readonly path: string;
  readonly route: Route;
  readonly backend?: B;
}

export interface EdgeArgs<H extends Handles = Handles> {
  readonly app: App;
  readonly network: H["network"];
  readonly secrets: H["secrets"];
  /** Longest prefix first. */
  readonly routes: readonly BoundRoute<H["backend"]>[];
}

export interface EdgePart {
  readonly url: Output<string>;
}

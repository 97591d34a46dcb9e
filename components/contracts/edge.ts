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
  /** The app: its domain, limits, headers and firewall. */
  readonly app: App;
  /** Where the services are reached. */
  readonly network: H["network"];
  /** Keeps certificates and logins. */
  readonly secrets: H["secrets"];
  /** Longest prefix first. */
  readonly routes: readonly BoundRoute<H["backend"]>[];
}

export interface EdgePart {
  /** Where the app answers: `https://shop.example`. */
  readonly url: Output<string>;
}

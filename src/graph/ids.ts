/** Ids of the nodes of a topology. */
import type { App } from "../config/model.ts";

export const USERS = "users";
export const OPERATORS = "operators";
export const EDGE = "edge";
export const MONITORING = "monitoring";

export const serviceId = (name: string) => `service ${name}`;
export const dataId = (name: string) => `data ${name}`;
export const hostId = (host: string) => `host ${host}`;

/** Of a name under `services` or `data`; no name stands under both. */
export const partId = (app: App, name: string) =>
  Object.hasOwn(app.data, name) ? dataId(name) : serviceId(name);

/** The contracts, for those who write a target or use its parts. Types only. */
export type * from "./data.ts";
export type * from "./edge.ts";
export type * from "./grant.ts";
export type * from "./handles.ts";
export type * from "./identity.ts";
export type * from "./monitoring.ts";
export type * from "./network.ts";
export type * from "./secrets.ts";
export type * from "./service.ts";
export type * from "./target.ts";

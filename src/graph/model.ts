/** What a picture of an app shows: who talks to whom, across which borders of trust. Nothing here knows how it is drawn. */
import type { DataKind, ServiceKind } from "../config/model.ts";

/** Borders of trust, from the outside in and out again. */
export type Zone = "public" | "edge" | "private" | "data" | "operations" | "external";

export type NodeKind = "users" | "operators" | "edge" | ServiceKind | DataKind | "monitoring" | "host";

export interface TopologyNode {
  /** Unique: `service api`, `data db`, `host api.openai.com`, `edge`. */
  readonly id: string;
  readonly zone: Zone;
  readonly kind: NodeKind;
  /** As in app.yaml; the domain for the edge. */
  readonly name: string;
  /** What it is, in a few words: `web service, port 8080`. */
  readonly what: string;
  /** More about it, each a short line. */
  readonly details: readonly string[];
  /** What it becomes on the target; empty without a plan. */
  readonly forms: readonly string[];
  /** Deletion is refused. */
  readonly protected: boolean;
}

/** `request`: from the public side; `login`: the same for operators only; `call`: service to service;
 * `read`, `write`: data; `after`: starts once the job has succeeded; `egress`: to a host outside.
 */
export type ConnectionKind = "request" | "login" | "call" | "read" | "write" | "after" | "egress";

export interface Connection {
  /** Id of a node, as `to`. */
  readonly from: string;
  readonly to: string;
  readonly kind: ConnectionKind;
  /** Route prefixes or protocol; empty where the kind says everything. */
  readonly label: string;
}

export interface Topology {
  /** `flashfit, prod`. */
  readonly title: string;
  /** Where it runs and how much of it there is. */
  readonly subtitle: string;
  readonly nodes: readonly TopologyNode[];
  readonly connections: readonly Connection[];
}

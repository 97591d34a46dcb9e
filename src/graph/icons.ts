/** Line icons on a field of 18 by 18, one per kind of node. */
import type { NodeKind } from "./model.ts";

const PERSON = "M9 8.5a3 3 0 1 0 0-6a3 3 0 0 0 0 6ZM3 16c0-3.3 2.7-5.5 6-5.5s6 2.2 6 5.5";
const STORE =
  "M3 4.5c0-1.4 2.7-2.5 6-2.5s6 1.1 6 2.5s-2.7 2.5-6 2.5s-6-1.1-6-2.5v9c0 1.4 2.7 2.5 6 2.5s6-1.1 6-2.5v-9M3 9c0 1.4 2.7 2.5 6 2.5s6-1.1 6-2.5";

const ICONS = {
  users: PERSON,
  operators: `${PERSON}M12 4h4M14 2v4`,
  edge: "M9 1.5l6.5 2.5v4.5c0 4-2.8 6.8-6.5 8c-3.7-1.2-6.5-4-6.5-8v-4.5ZM6 9l2.2 2.2l3.8-4",
  web: "M1.5 3h15v12h-15ZM1.5 6.5h15M4 4.8h.1M6.2 4.8h.1",
  model: "M5 5h8v8h-8ZM7 2v3M11 2v3M7 13v3M11 13v3M2 7h3M2 11h3M13 7h3M13 11h3",
  worker: "M15 6a6.5 6.5 0 0 0-12 1.5M3 3v4.5h4.5M3 12a6.5 6.5 0 0 0 12-1.5M15 15v-4.5h-4.5",
  job: "M9 1.8a7.2 7.2 0 1 0 0 14.4a7.2 7.2 0 1 0 0-14.4ZM7.3 5.8l5 3.2l-5 3.2Z",
  cron: "M9 1.8a7.2 7.2 0 1 0 0 14.4a7.2 7.2 0 1 0 0-14.4ZM9 5v4.2l3 2",
  static: "M4 1.5h7l3.5 3.5v11.5h-10.5ZM11 1.5v3.5h3.5M6.5 9h5.5M6.5 12h5.5",
  postgres: STORE,
  redis: "M10.5 1.5l-7 9h5l-1 6l7-9h-5Z",
  documents: "M6 1.5h7l3 3v9h-10ZM3 5v11.5h9.5",
  vectors: "M2.5 2v13.5h13.5M6 12h.1M8 7.5h.1M11 10h.1M13.5 4.5h.1M12 6.5h.1",
  bucket:
    "M2.5 4c0-1.2 2.9-2.2 6.5-2.2s6.5 1 6.5 2.2s-2.9 2.2-6.5 2.2s-6.5-1-6.5-2.2l1.7 10.5c.2 1 2.2 1.8 4.8 1.8s4.6-.8 4.8-1.8l1.7-10.5",
  auth: "M6 8a3.8 3.8 0 1 0 0 .1M9.5 8h7v3.2M13.5 8v2.5",
  monitoring: "M2 15.5h14M4 15v-5M8 15v-9M12 15v-6.5M15.5 15v-12",
  host: "M9 1.8a7.2 7.2 0 1 0 0 14.4a7.2 7.2 0 1 0 0-14.4ZM1.8 9h14.4M9 1.8c4.5 4.5 4.5 9.9 0 14.4c-4.5-4.5-4.5-9.9 0-14.4",
} as const satisfies Record<NodeKind, string>;

/** Path data. */
export const iconOf = (kind: NodeKind): string => ICONS[kind];

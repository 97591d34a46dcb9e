/** Colours and strokes. Every text stands on white or on a zone's tint with a contrast of 4.5:1 or more, and what a
 * colour says, a dash pattern, an outline or a word says too.
 */
import type { ConnectionKind, Zone } from "./model.ts";

export const COLOURS = {
  paper: "#ffffff",
  ink: "#1e293b",
  quiet: "#475569",
  line: "#94a3b8",
} as const;

export interface ZoneLook {
  readonly title: string;
  readonly tint: string;
  /** Of the title, the outlines and the icons. */
  readonly colour: string;
}

export const ZONE_LOOKS = {
  public: { title: "Public internet", tint: "#f1f5f9", colour: "#334155" },
  edge: { title: "Edge", tint: "#eff6ff", colour: "#1d4ed8" },
  private: { title: "Private network", tint: "#f0fdf4", colour: "#166534" },
  operations: { title: "Operations", tint: "#faf5ff", colour: "#7e22ce" },
  data: { title: "Data", tint: "#fffbeb", colour: "#92400e" },
  external: { title: "Outside hosts", tint: "#fff1f2", colour: "#be123c" },
} as const satisfies Record<Zone, ZoneLook>;

export interface WireLook {
  /** For the legend. */
  readonly means: string;
  readonly colour: string;
  readonly width: number;
  /** Lengths of dashes and gaps; empty for a solid line. */
  readonly dash: string;
}

export const WIRES = {
  request: { means: "requests", colour: "#1d4ed8", width: 1.6, dash: "" },
  login: { means: "operators, by login", colour: "#7e22ce", width: 1.6, dash: "8 3" },
  call: { means: "calls", colour: "#166534", width: 1.6, dash: "" },
  write: { means: "reads and writes", colour: "#92400e", width: 1.8, dash: "" },
  read: { means: "reads only", colour: "#92400e", width: 1.3, dash: "5 3" },
  after: { means: "must succeed first", colour: "#475569", width: 1.5, dash: "1.5 3" },
  egress: { means: "calls outside", colour: "#be123c", width: 1.4, dash: "9 3 2 3" },
} as const satisfies Record<ConnectionKind, WireLook>;

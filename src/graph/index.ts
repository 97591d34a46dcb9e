/** Pictures of an app and of a deployment. */
export { describeTopology } from "./describe.ts";
export { renderMermaid } from "./mermaid.ts";
export type { Connection, Topology, TopologyNode } from "./model.ts";
export { renderPng } from "./png.ts";
export { renderSvg } from "./svg.ts";
export {
  type Bar,
  describeTimeline,
  formatSeconds,
  renderTimeline,
  type TimelineOptions,
} from "./timeline.ts";
export { topologyOf } from "./topology.ts";

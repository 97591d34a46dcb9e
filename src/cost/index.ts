/** What a plan costs: for the command line, for plans, and for comments on pull requests. */
export { type Overrun, overrunLine, overruns } from "./budget.ts";
export { type EstimateOptions, estimate } from "./estimate.ts";
export type { Estimate, Line, PartCost, Range } from "./model.ts";
export {
  type CostDifference,
  type CostSummary,
  differenceMarkdown,
  differenceOf,
  summarize,
  summaryLines,
} from "./summary.ts";

/** What `atelier rehearse` can be asked for. */
export const ACTS = ["up", "update", "destroy", "failover"] as const;

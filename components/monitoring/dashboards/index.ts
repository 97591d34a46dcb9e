/** The four dashboards of an app: system, API, database, ML model. Those that would be empty are left out. */
import type { App } from "../../../src/config/model.ts";
import type { Dashboard } from "../dashboard.ts";
import { apiDashboard } from "./api.ts";
import { databaseDashboard } from "./database.ts";
import { mlModelDashboard } from "./ml-model.ts";
import { systemDashboard } from "./system.ts";

export function dashboardsOf(app: App): readonly Dashboard[] {
  const all = [systemDashboard(app), apiDashboard(app), databaseDashboard(app), mlModelDashboard(app)];
  return all.filter((dashboard) => dashboard !== undefined);
}

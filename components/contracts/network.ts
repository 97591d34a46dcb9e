/** The paths between parts: exactly the links of the app, nothing else. */

import type { Link } from "../../src/app/links.ts";
import type { App } from "../../src/config/model.ts";

export interface NetworkArgs {
  /** The app whose parts are connected. */
  readonly app: App;
  /** Every permitted path, from src/app/links.ts. */
  readonly links: readonly Link[];
}

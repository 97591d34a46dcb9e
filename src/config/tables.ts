/** The shape of a table of default values, in the written form of app.yaml. */
import type { DataKind, ServiceKind } from "./model.ts";
import type { WrittenOverlay } from "./schema/app.ts";
import type { WrittenData } from "./schema/data.ts";
import type { WrittenService } from "./schema/services.ts";

export interface Table {
  /** For every app. */
  readonly app: Pick<WrittenOverlay, "edge" | "monitoring" | "usage" | "protect" | "development">;
  /** For every service or data part of a kind. */
  readonly services: Readonly<Partial<Record<ServiceKind, WrittenService>>>;
  readonly data: Readonly<Partial<Record<DataKind, WrittenData>>>;
}

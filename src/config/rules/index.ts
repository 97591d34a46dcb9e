/** Rules across fields: what each value alone cannot show. */
import type { App } from "../model.ts";
import type { Find } from "../resolve/missing.ts";

export type Rule = (app: App) => readonly Find[];

const rules: readonly Rule[] = [];

export function checkRules(app: App): Find[] {
  return rules.flatMap((rule) => rule(app));
}

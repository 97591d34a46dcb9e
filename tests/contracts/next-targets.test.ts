import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

it("ADR 008 shows the handles that compile", () => {
  const read = (file: string) => readFileSync(join(import.meta.dirname, file), "utf8");
  const [, compiled] = /\/\/ Handles\n([\s\S]*?)\/\/ To here/.exec(read("next-targets.ts")) ?? [];
  const adr = read("../../docs/adr/008-contracts-on-ecs-and-kubernetes.md");
  const [, shown] = /```ts handles\n([\s\S]*?)```/.exec(adr) ?? [];
  expect(shown?.trim()).toBe(compiled?.trim());
});

/** Every place where an app can run. A target is loaded when it is chosen, so that a program pays for one only. */
import type { Target } from "../components/contracts/target.ts";

export const targets: Readonly<Record<string, () => Promise<Target>>> = {
  docker: async () => (await import("./docker.ts")).docker,
};

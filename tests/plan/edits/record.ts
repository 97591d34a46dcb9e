import { writeFileSync } from "node:fs";
import { EXPECTED, observe } from "./observe.ts";

writeFileSync(EXPECTED, `${JSON.stringify(await observe(), null, 2)}\n`);

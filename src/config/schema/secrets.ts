/** The written form of a secret. */
import { z } from "zod";
import { keys, line, oneOf, whole } from "./leaf.ts";

export const secret = z
  .union(
    [
      z.literal("required").transform(() => ({ required: true as const })),
      keys({
        generate: oneOf("hex", "base64", "password", "uuid").meta({
          description: "Make the value once, in this form, and keep it.",
        }),
        bytes: whole("a number of bytes", 8, 1024, 32).meta({
          description: "Random bytes behind the value. Without it: 32.",
        }),
        version: whole("a version", 1, 1_000_000).meta({
          description: "Count up to rotate the value. Without it: 1.",
        }),
        existing: line("a name such as projects/acme/secrets/openai").meta({
          description: "Name of a secret in the target's own store.",
        }),
      }),
    ],
    { error: "required, { generate: hex } or { existing: name } such as required" },
  )
  .meta({
    id: "Secret",
    description:
      "`required`: you set the value in the stack's encrypted config. `generate`: made once. `existing`: named in the target's store.",
    examples: ["required", { generate: "hex", bytes: 32 }, { existing: "openai-key" }],
  });

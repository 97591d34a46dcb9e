/** Resources that a reader recognises a part by: type → what to call it. Everything else only counts. */
import { docker } from "./docker.ts";
import type { Form } from "./form.ts";
import { google } from "./google.ts";

export const FORMS: Readonly<Record<string, Form>> = { ...docker, ...google };

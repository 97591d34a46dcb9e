/** Prices of AI providers, by the host that an app may call. Dollars per million tokens. */
import { AI_PRICES } from "../../../components/monitoring/ai-spend.ts";
import type { Source } from "../model.ts";

export interface ModelPrice {
  /** Of tokens that the model reads, and of tokens that it writes. */
  readonly input: number;
  readonly output: number;
}

export interface Provider {
  /** As in `budget.<name>`. */
  readonly name: string;
  readonly models: Readonly<Record<string, ModelPrice>>;
  /** Counted with where the app does not say which model it uses. */
  readonly usual: string;
  readonly source: Source;
}

const remembered = (url: string): Source => ({ url, note: "list price as remembered, not read" });

const openai: Provider = {
  name: "openai",
  models: AI_PRICES.models,
  usual: "gpt-4o",
  source: {
    url: "https://aimodelcalc.pages.dev/guides/openai-api-pricing.html",
    read: "2026-11-21",
    asOf: "2026-05-01",
    note: "gpt-4o, gpt-4o-mini and gpt-3.5-turbo; the embedding models likewise in a reading of April 2026. gpt-4 and gpt-4-turbo are the monitoring table's, of 2025-08.",
  },
};

export const PROVIDERS: Readonly<Record<string, Provider>> = {
  "api.openai.com": openai,
  "api.anthropic.com": {
    name: "anthropic",
    models: {
      "claude-3-5-haiku": { input: 0.8, output: 4 },
      "claude-sonnet-4": { input: 3, output: 15 },
    },
    usual: "claude-sonnet-4",
    source: remembered("https://www.anthropic.com/pricing"),
  },
  "api.groq.com": {
    name: "groq",
    models: {
      "llama-3.1-8b-instant": { input: 0.05, output: 0.08 },
      "llama-3.3-70b-versatile": { input: 0.59, output: 0.79 },
    },
    usual: "llama-3.3-70b-versatile",
    source: remembered("https://groq.com/pricing"),
  },
  "generativelanguage.googleapis.com": {
    name: "google",
    models: {
      "gemini-2.5-flash": { input: 0.3, output: 2.5 },
      "gemini-2.5-pro": { input: 1.25, output: 10 },
    },
    usual: "gemini-2.5-flash",
    source: remembered("https://ai.google.dev/pricing"),
  },
};

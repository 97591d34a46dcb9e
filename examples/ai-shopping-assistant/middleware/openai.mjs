/** One sentence from OpenAI, where a key is given. On one's own host the way out leads through a proxy. */
import { countTokens } from "./metrics.mjs";
import { fetch, ProxyAgent } from "./packages.mjs";

const PATIENCE = 20_000;

export class OpenAi {
  #key;
  #model;
  #dispatcher;
  /** `not used`, `ok`, or what went wrong the last time. */
  state;

  constructor({ key, model, proxy }) {
    this.#key = key.startsWith("sk-") ? key : "";
    this.#model = model;
    this.#dispatcher = proxy ? new ProxyAgent(proxy) : undefined;
    this.state = this.#key ? "ok" : "not used";
  }

  get isUsed() {
    return this.#key !== "";
  }

  /** @throws Error when it does not answer */
  async sentence(question, products) {
    const shelf = products.map(({ id, name, kind, price }) => ({ id, name, kind, price }));
    try {
      const answer = await fetch("https://api.openai.com/v1/chat/completions", {
        method: "POST",
        headers: { authorization: `Bearer ${this.#key}`, "content-type": "application/json" },
        body: JSON.stringify({
          model: this.#model,
          messages: [
            {
              role: "system",
              content: `Advise in one sentence, only on these products: ${JSON.stringify(shelf)}`,
            },
            { role: "user", content: question },
          ],
        }),
        signal: AbortSignal.timeout(PATIENCE),
        ...(this.#dispatcher && { dispatcher: this.#dispatcher }),
      });
      if (!answer.ok) throw new Error(`OpenAI answered ${answer.status}`);
      const { choices, usage, model } = await answer.json();
      countTokens(model, "input", usage.prompt_tokens);
      countTokens(model, "output", usage.completion_tokens);
      this.state = "ok";
      return choices[0].message.content;
    } catch (error) {
      this.state = error.message;
      throw error;
    }
  }
}

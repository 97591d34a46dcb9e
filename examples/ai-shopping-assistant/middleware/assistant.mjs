/** Finds products for a question and says why: in OpenAI's words where a key is given, otherwise in its own, which say
 * that they are.
 */
import { log } from "./log.mjs";

const MOST = 3;
/** Words that say nothing about a product. */
const IDLE = new Set(
  "a an and any are at do for from have i in is it me my of on or some the to want what which with you".split(
    " ",
  ),
);

export class Assistant {
  #parts;

  constructor(parts) {
    this.#parts = parts;
  }

  /** @returns {{ products: object[], words: string, by: "openai" | "assistant", from: string }} */
  async answer(question) {
    const { cache, database, openai } = this.#parts;
    const wish = question.trim().toLowerCase().replaceAll(/\s+/g, " ");
    const { value, from } = await cache.through(`answer:${openai.isUsed}:${wish}`, async () => {
      const found = rank(wish, await database.products());
      return { products: found, ...(await this.#words(question, found)) };
    });
    return { ...value, from };
  }

  async #words(question, products) {
    const { openai } = this.#parts;
    if (!openai.isUsed) return own(products, "no key of OpenAI is given");
    try {
      return { words: await openai.sentence(question, products), by: "openai" };
    } catch (error) {
      log("warn", `openai: ${error.message}`);
      return own(products, "OpenAI does not answer now");
    }
  }
}

function own(products, why) {
  const names = products.map(({ name, price }) => `${name} at $${price.toFixed(2)}`).join(", ");
  const words = names === "" ? "I found nothing like that." : `You may like ${names}.`;
  return { words: `${words} These words are the shop's own, because ${why}.`, by: "assistant" };
}

/** Products by how many words of the wish they carry; none that carries none. */
export function rank(wish, products) {
  const wanted = wish.split(/[^\p{L}\d]+/u).filter((word) => word.length > 1 && !IDLE.has(word));
  return products
    .map((product) => {
      const text = `${product.name} ${product.kind} ${product.words}`.toLowerCase();
      return { product, score: wanted.filter((word) => text.includes(word.replace(/s$/, ""))).length };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.product.id - b.product.id)
    .slice(0, MOST)
    .map(({ product }) => product);
}

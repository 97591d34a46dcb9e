/** The written form of usage: what an estimate of the cost counts with. All amounts are per month. */
import { bytesWithin, keys, whole } from "./leaf.ts";

const MOST = 1_000_000_000;

export const usage = keys({
  users: whole("a number of users", 0, MOST, 1000).meta({
    description:
      "People who use the app in a month. Without it: 1000; 10 in the dev preset, 100 in staging, 1000 in prod.",
    examples: [5000],
  }),
  requestsPerUser: whole("a number of requests", 0, MOST, 300).meta({
    description: "Requests that one user sends to the app's door in a month. Without it: 300, ten a day.",
    examples: [600],
  }),
  tokensPerRequest: whole("a number of tokens", 0, MOST, 200).meta({
    description:
      "Tokens of AI providers, read and written together, that one request costs on average over all requests. Without it: 200, as when every tenth request asks a model with 2000.",
    examples: [500],
  }),
  mediaPerUser: bytesWithin("1Ki", "1Ti").meta({
    description:
      "Pictures, video and sound that one user loads from the app in a month; a tenth as much is sent to it. Without it: 20Mi.",
    examples: ["50Mi"],
  }),
}).meta({
  id: "Usage",
  description: "Use per month that `atelier cost` counts with. It creates nothing and limits nothing.",
  examples: [{ users: 5000, requestsPerUser: 300, tokensPerRequest: 500, mediaPerUser: "20Mi" }],
});

/** What `usage` of an app means per month: requests, bytes and tokens, in a quiet, an ordinary and a busy month. */
import type { App } from "../config/model.ts";
import { ANSWER, BUSY, QUIET, REQUEST, SECONDS, SENT } from "./assumptions.ts";
import type { Range } from "./model.ts";
import { range, times } from "./range.ts";

export interface Traffic {
  readonly users: Range;
  /** At the door. */
  readonly requests: Range;
  readonly requestsPerSecond: Range;
  /** Answers without media, in GiB. */
  readonly answers: Range;
  readonly received: Range;
  /** Media from the app and to it, in GiB. */
  readonly media: Range;
  readonly uploads: Range;
  readonly tokens: Range;
}

/** An ordinary amount as it is in the three months. */
export const swing = (amount: number): Range => range(amount * QUIET, amount, amount * BUSY);

export function trafficOf({ usage }: Pick<App, "usage">): Traffic {
  const users = swing(usage.users);
  const requests = times(users, usage.requestsPerUser);
  const media = times(users, usage.mediaPerUser / 1024 ** 3);
  return {
    users,
    requests,
    requestsPerSecond: times(requests, 1 / SECONDS),
    answers: times(requests, ANSWER),
    received: times(requests, REQUEST),
    media,
    uploads: times(media, SENT),
    tokens: times(requests, usage.tokensPerRequest),
  };
}

/** Figures that neither the app nor the plan says. None is measured: they are ordinary values for web applications of
 * this kind, said in every estimate so that they can be doubted, and named where they enter a line.
 */

/** Hours of a month, as price lists count them: 365 days by 24 hours by 12. */
export const HOURS = 730;
export const SECONDS = HOURS * 3600;
export const DAYS = HOURS / 24;

/** Use in a quiet and in a busy month, relative to `usage`. */
export const QUIET = 0.5;
export const BUSY = 2;

/** An answer without media, and a request, in GiB. */
export const ANSWER = 30 / 1024 ** 2;
export const REQUEST = 2 / 1024 ** 2;
/** Share of `mediaPerUser` that goes to the app rather than from it. */
export const SENT = 0.1;
/** How long a request keeps an instance that is paid per request, in seconds. */
export const HANDLING = 0.25;
/** Requests a second that one vCPU answers, where `scale.on.requestsPerSecond` does not say it for an instance. */
export const REQUESTS_PER_CPU = 20;
/** How far instances are loaded on average when there are as many as needed. */
export const LOAD = 0.5;
/** Share of tokens that a model reads; it writes the rest. */
export const READ_TOKENS = 0.75;

/** Log of one request in one service, and of one service by itself in a month, in GiB. */
export const LOG_PER_REQUEST = 1 / 1024 ** 2;
export const LOG_PER_SERVICE = 0.5;
/** Time series of a declared metric, and of every process besides. */
export const SERIES = { counter: 5, gauge: 5, summary: 10, histogram: 60 } as const;
export const PROCESS_SERIES = 40;

/** New versions in a month; each brings its images and runs its jobs. */
export const DEPLOYS = 4;
/** An image in the registry, in GiB, and versions of it that are kept. */
export const IMAGE = 0.5;
export const KEPT_IMAGES = 4;
/** Reads of a secret's version by starting instances. */
export const SECRET_READS = 100;
/** Reads and writes of documents for one request, and documents of one user in GiB. */
export const DOCUMENT_READS = 5;
export const DOCUMENT_WRITES = 1;
export const DOCUMENTS_PER_USER = 0.2 / 1024;
/** Size of one object of media, in GiB. */
export const OBJECT = 0.5 / 1024;
/** Names asked for one request at the door. */
export const LOOKUPS = 0.1;
/** Hours a month that operators look at dashboards. */
export const OPERATOR_HOURS = { low: 5, expected: 20, high: 80 } as const;
/** Part of its `timeout` that a job takes. */
export const JOB_SHARE = 0.1;
/** Backups of a database, relative to its disk: daily ones store what changed. */
export const BACKUP_SHARE = { low: 0.25, expected: 0.5, high: 1 } as const;
/** What an egress host is sent and answers for one request, in GiB. */
export const OUTSIDE = 10 / 1024 ** 2;

/** The same in sentences, for those who read the estimate. */
export const SENTENCES: readonly string[] = [
  "a month has 730 hours; low is half the usage at the smallest size, high is twice the usage at the largest",
  `an answer has 30 KiB without media, a request 2 KiB; ${HANDLING} s of an instance that is paid per request`,
  `a vCPU answers ${REQUESTS_PER_CPU} requests a second unless scale.on.requestsPerSecond says it; instances are half loaded`,
  `every request passes every web and model service once; ${Math.round(READ_TOKENS * 100)} % of tokens are read by models`,
  `${DEPLOYS} deploys a month; free amounts count as if nothing else were on the bill`,
];

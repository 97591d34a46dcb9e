/** What running an app on a target asks of people, per target. Hours are a judgement from the list of duties, not a
 * measurement; they are there to be set beside the dollars.
 */
export interface Burden {
  /** Hours a week in an ordinary month. */
  readonly hours: number;
  /** What somebody has to do. */
  readonly duties: readonly string[];
}

export const BURDENS: Readonly<Record<string, Burden>> = {
  docker: {
    hours: 2,
    duties: [
      "update the machine's system and Docker, and restart for new kernels",
      "watch disk space, copy backups off the machine and try them",
      "when the machine fails, everything is down until somebody brings up another",
    ],
  },
  "gcp-cloud-run": {
    hours: 0.5,
    duties: ["look at alerts and the bill", "renew images for security fixes"],
  },
  "gcp-compute": {
    hours: 1,
    duties: [
      "look at alerts and the bill",
      "renew images and machine images for security fixes",
      "choose machine types, and keep instance groups large enough for a roll-out",
    ],
  },
};

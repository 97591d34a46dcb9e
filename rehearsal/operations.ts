/** What the engine asks of simulated providers, one operation after the other: numbered, timed, and disturbed on
 * purpose.
 */
import type { Verb } from "./behaviour.ts";
import { type Clock, instant } from "./clock.ts";
import { CloudError, NotYet } from "./cloud.ts";
import type { Faults } from "./faults.ts";
import { type Moment, type Operation, partsOf } from "./operation.ts";

export interface Ended extends Operation {
  /** The cloud's time in seconds. */
  readonly began: number;
  readonly ended: number;
  /** What it failed with. */
  readonly error?: string;
  /** Of an update: paths of inputs that differ from before. */
  readonly changed?: readonly string[];
}

export interface OperationsOptions {
  readonly clock?: Clock;
  readonly seconds?: (type: string, verb: Verb) => number;
  readonly faults?: Faults;
  /** Called around everything that changes something; nothing goes on until it ends. */
  readonly at?: (moment: Moment, operation: Operation) => Promise<void>;
}

/** As long as Google's provider tries again. */
const PATIENCE = 600;
const PAUSE = 5;

export class Operations {
  readonly log: Ended[] = [];
  readonly #options: OperationsOptions;
  readonly #clock: Clock;
  #count = 0;

  constructor(options: OperationsOptions = {}) {
    this.#options = options;
    this.#clock = options.clock ?? instant;
  }

  /** How many operations have changed something, or tried to. */
  get count(): number {
    return this.#count;
  }

  async run<T>(
    verb: Operation["verb"],
    urn: string,
    apply: () => T,
    about: Pick<Ended, "changed"> = {},
  ): Promise<T> {
    const operation = { n: verb === "read" ? 0 : ++this.#count, verb, urn, ...partsOf(urn) };
    const began = this.#clock.now();
    const fault = this.#options.faults?.strike(operation);
    try {
      if (operation.n > 0) await this.#options.at?.("before", operation);
      if (fault?.moment === "before") throw new CloudError(fault.message);
      const result = await this.#patiently(apply);
      await this.#clock.sleep(this.#secondsOf(operation));
      if (operation.n > 0) await this.#options.at?.("after", operation);
      if (fault) throw new CloudError(fault.message);
      this.log.push({ ...operation, ...about, began, ended: this.#clock.now() });
      return result;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.log.push({ ...operation, ...about, began, ended: this.#clock.now(), error: message });
      throw error;
    }
  }

  #secondsOf({ verb, type }: Operation): number {
    return verb === "read" ? 0 : (this.#options.seconds?.(type, verb) ?? 0);
  }

  async #patiently<T>(apply: () => T): Promise<T> {
    for (const until = this.#clock.now() + PATIENCE; ; await this.#clock.sleep(PAUSE)) {
      try {
        return apply();
      } catch (error) {
        if (!(error instanceof NotYet) || this.#clock.now() >= until) throw error;
      }
    }
  }
}

/** Progress of long work on a terminal: one line per step, with its time. */
export interface Progress {
  /** Runs `work` as one step. `work` may tell what it is at; `seconds` is how long it usually takes. */
  step<T>(
    title: string,
    work: (tell: (detail: string) => void) => Promise<T>,
    options?: { readonly seconds?: number },
  ): Promise<T>;
  /** One plain line. */
  note(text: string): void;
  /** Whether lines redraw themselves (a terminal) or not (a log). */
  readonly live: boolean;
}

export function createProgress(
  stream?: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number },
  timing?: { readonly announceAfter: number; readonly repeatEvery: number },
): Progress;

/** `4.2 s`, `38 s`, `3 min 10 s` */
export function formatSeconds(seconds: number): string;

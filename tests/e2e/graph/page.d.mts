/** What a browser shows of a picture. */
export interface Seen {
  readonly texts: number;
  /** Texts that reach beyond the box that they stand in. */
  readonly spilled: readonly string[];
  /** Pairs of texts that lie on one another. */
  readonly overlapping: readonly string[];
  /** Labels of wires that lie on a card. */
  readonly covered: readonly string[];
  /** Texts with a contrast below 4.5, on what is behind them or on white. */
  readonly faint: readonly string[];
  readonly description: string;
}

export function seen(): Seen;
export function useFont(family: string): void;
export function drawMermaid(source: string): Promise<{ nodes: number; wires: number }>;

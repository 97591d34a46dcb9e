/** Edits of one field of an app in production, and what each changes: written down one by one, and read. */

export interface Edit {
  readonly example: string;
  readonly target: string;
  readonly set: string;
  /** `± type name: input!, input`: an input with ! replaces. Then what is lost. */
  readonly expected: readonly string[];
}

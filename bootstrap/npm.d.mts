/** Runs npm, again when the network fails.
 * @throws Stop `<what>: <npm's own words>; <remedy>`
 */
export function npm(args: readonly string[], cwd: string, what: string, remedy: string): Promise<void>;

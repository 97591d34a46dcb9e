/** Adds what is missing to a lock file's content and returns the names. */
export function completeLock(lock: { packages: Record<string, object> }): string[];
/** Where Node would find a package that another one at `path` asks for: beside it, or beside one that it lies in. */
export function placesFor(path: string, name: string): string[];

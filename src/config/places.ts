/** Where keys and values are written. */
export type Path = readonly (string | number)[];

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export class Places {
  readonly #keys = new Map<string, Place>();
  readonly #values = new Map<string, Place>();
  readonly #start: Place | undefined;

  /** @param start of the file; absent when nothing stands in one */
  constructor(start?: Place) {
    this.#start = start;
  }

  setKey(path: Path, place: Place): void {
    this.#keys.set(idOf(path), place);
  }

  setValue(path: Path, place: Place): void {
    this.#values.set(idOf(path), place);
  }

  /** The key's place when there is one, else the value's. */
  exactly(path: Path, prefer: "key" | "value" = "value"): Place | undefined {
    const id = idOf(path);
    const [first, second] = prefer === "key" ? [this.#keys, this.#values] : [this.#values, this.#keys];
    return first.get(id) ?? second.get(id);
  }

  /** The place of the path, or of the nearest part above it that is written. */
  nearest(path: Path, prefer: "key" | "value" = "value"): Place | undefined {
    for (let length = path.length; length > 0; length--) {
      const place = this.exactly(path.slice(0, length), length === path.length ? prefer : "key");
      if (place) return place;
    }
    return this.#start;
  }
}

/** One text per path, whatever characters its keys have. */
export function idOf(path: Path): string {
  return path.map(String).join("\u0000");
}

/** `services.api.memory`; a dot inside a key is written `\.`. */
export function formatPath(path: Path): string {
  return path.map((key) => String(key).replaceAll(".", "\\.")).join(".");
}

/** The reverse of formatPath. */
export function parsePath(text: string): string[] {
  return text.split(/(?<!\\)\./).map((key) => key.replaceAll("\\.", "."));
}

/** One path is the other or lies below it; everything lies below the file itself. */
export function overlap(a: Path, b: Path): boolean {
  const length = Math.min(a.length, b.length);
  return a.slice(0, length).every((key, index) => String(key) === String(b[index]));
}

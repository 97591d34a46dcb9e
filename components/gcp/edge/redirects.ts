/** A redirect's goal in the parts that a URL map has for it, and what does not fit into them. */

export interface Destination {
  readonly https: boolean;
  /** Absent: the host that was asked for. */
  readonly host?: string;
  readonly path: string;
}

/** `/app`, `https://shop.example/app`. */
export function destinationOf(location: string): Destination {
  if (location.startsWith("/")) return { https: true, path: location };
  const { protocol, host, pathname } = new URL(location);
  return { https: protocol === "https:", host, path: pathname };
}

/** Why a URL map cannot send to it; undefined when it can. */
export function obstacleOf(location: string): string | undefined {
  if (/[?#]/.test(location)) return "carries a query or a fragment";
  if (location.startsWith("/")) return undefined;
  const { protocol, port } = new URL(location);
  if (protocol !== "https:") return "leads to plain HTTP";
  return port === "" ? undefined : "names a port";
}

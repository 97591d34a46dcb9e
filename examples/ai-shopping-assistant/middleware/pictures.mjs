/** Links to pictures in the bucket that are good for one to two hours (AWS Signature Version 4 in the query string). Where the
 * bucket has an address that browsers reach they lead there; else behind the shop's own door.
 */
import { createHash, createHmac } from "node:crypto";

const VALID = 7200; // seconds

export class Pictures {
  #bucket;

  constructor(bucket) {
    this.#bucket = bucket;
  }

  /** @param host as the browser called the door */
  link(key, host) {
    const { endpoint, bucket } = this.#bucket;
    const { protocol, host: own } = new URL(endpoint);
    const path = `/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
    if (protocol === "https:") return `${endpoint}${path}?${this.#sign(own, path)}`;
    return `${path}?${this.#sign(host, path)}`;
  }

  /** Signed at the full hour, so that a browser has one link per picture and hour, and keeps what it leads to. */
  #sign(host, path) {
    const { accessKey, region, secretKey } = this.#bucket;
    const hour = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000);
    const stamp = hour.toISOString().replaceAll(/[-:]|\.\d+/g, "");
    const scope = `${stamp.slice(0, 8)}/${region}/s3/aws4_request`;
    const query = [
      ["X-Amz-Algorithm", "AWS4-HMAC-SHA256"],
      ["X-Amz-Credential", `${accessKey}/${scope}`],
      ["X-Amz-Date", stamp],
      ["X-Amz-Expires", String(VALID)],
      ["X-Amz-SignedHeaders", "host"],
    ]
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join("&");
    const asked = ["GET", path, query, `host:${host}`, "", "host", "UNSIGNED-PAYLOAD"].join("\n");
    const text = ["AWS4-HMAC-SHA256", stamp, scope, createHash("sha256").update(asked).digest("hex")].join(
      "\n",
    );
    const key = scope.split("/").reduce((made, part) => hmac(made, part), `AWS4${secretKey}`);
    return `${query}&X-Amz-Signature=${hmac(key, text).toString("hex")}`;
  }
}

const hmac = (key, text) => createHmac("sha256", key).update(text).digest();

/** A service's instance in the test's own process, on an address of the loopback network. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export class Instance {
  readonly address: string;
  ready = false;
  /** Requests that were no health checks. */
  requests = 0;
  readonly #server: Server;

  private constructor(address: string) {
    this.address = address;
    this.#server = createServer(({ url }, response) => {
      response.setHeader("connection", "close");
      if (url === "/ready") response.writeHead(this.ready ? 200 : 503).end();
      else response.end(address, () => this.requests++);
    });
  }

  /** @param port any that is free when absent. */
  static async open(address: string, port = 0): Promise<Instance> {
    const instance = new Instance(address);
    await once(instance.#server.listen(port, address), "listening");
    return instance;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** Plans every example on every target in a process of its own, and prints what each came to, and whatever was asked of
 * the network on the way. With `open`, one on docker that asks its host: what that is must be seen.
 */
import { subscribe } from "node:diagnostics_channel";
import dns from "node:dns";
import { appOf, CASES, digestsOf, registered, TARGETS, titleOf, type Way } from "./examples.ts";

const asked = new Set<string>();
subscribe("net.client.socket", () => asked.add("a connection"));
subscribe("tracing:net.server.listen:asyncStart", () => asked.add("a port to listen on"));
dns.lookup = new Proxy(dns.lookup, {
  apply(lookup, that, args) {
    asked.add(`the address of ${args[0]}`);
    return Reflect.apply(lookup, that, args);
  },
});

const way: Way = process.argv[2] === "open" ? "open" : "assume";
const all = TARGETS.flatMap((target) => CASES.map((one) => ({ ...one, target })));

const plans: Record<string, readonly string[]> = {};
for (const one of way === "open" ? all.slice(0, 1) : all) {
  const resources = registered(appOf(one, one.target), one.target, way);
  plans[titleOf(one)] = await resources.then(digestsOf, (error: Error) => [error.message]);
}
process.stdout.write(JSON.stringify({ asked: [...asked], plans }));

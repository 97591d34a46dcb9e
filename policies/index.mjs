/** Where the engine starts the pack: `pulumi preview --policy-pack policies`. Plain JavaScript, because the engine's
 * runner would compile TypeScript for seconds; what it imports is stripped of its types by Node itself.
 */
import { servePack } from "./pack.ts";

// The engine reads the port from the first line. No await here: its runner loads the pack by require.
servePack().then((port) => console.log(String(port)));

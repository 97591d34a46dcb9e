/** Firestore on one's own host, for development and tests: Google's clients find it by FIRESTORE_EMULATOR_HOST.
 *
 *   FIRESTORE_DATA  folder of the journal, /data by default
 *   PORT            8080 by default
 *
 * It keeps Firestore's word on documents, queries, transforms, preconditions, transactions and times. It asks for no
 * login, wants no indexes, and has no listeners, vector search or partitions: those are refused as UNIMPLEMENTED.
 */
import { listen } from "./door.mjs";
import { Store } from "./store.mjs";

const store = Store.open(process.env.FIRESTORE_DATA ?? "/data");
const door = await listen(store, Number(process.env.PORT ?? 8080));
console.log(`firestore: ${store.size} documents, port ${door.port}`);

process.once("SIGTERM", () => {
  door.close();
  store.close();
  process.exit(0);
});

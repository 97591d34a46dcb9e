/** The methods of google.firestore.v1.Firestore on plain objects; gRPC and REST both come here. One that answers with
 * a stream gives a list.
 */
import { randomBytes } from "node:crypto";
import { aggregate, byName, masked, runQuery } from "./query.mjs";
import { invalid, Status, unimplemented } from "./status.mjs";
import { compareTimes } from "./values.mjs";
import { nameOfDocument, perform } from "./writes.mjs";

const MOST_TRANSACTIONS = 1000;

export function makeService(store) {
  /** Transaction → what was read in it, which must still hold when it commits. */
  const transactions = new Map();

  return {
    getDocument({ name, mask, transaction }) {
      const document = readIn(transaction, nameOfDocument(name));
      if (!document) throw new Status("NOT_FOUND", `Document "${name}" not found.`);
      return masked(document, mask);
    },

    batchGetDocuments({ documents = [], mask, transaction, newTransaction }) {
      const [id, opening] = open(transaction, newTransaction);
      const readTime = store.now();
      const answers = documents.map((name) => {
        const document = readIn(id, nameOfDocument(name));
        return document ? { found: masked(document, mask), readTime } : { missing: name, readTime };
      });
      return [...opening, ...answers];
    },

    listDocuments({ parent, collectionId, pageSize, pageToken, mask, orderBy, transaction }) {
      if (orderBy) throw unimplemented("orderBy of listDocuments");
      const all = [...store.all()].filter(({ name }) => isIn(name, parent, collectionId)).sort(byName);
      const after = pageToken ? Buffer.from(pageToken, "base64url").toString() : undefined;
      const start = after === undefined ? 0 : all.findIndex(({ name }) => name > after);
      const page = start < 0 ? [] : all.slice(start, start + (pageSize || 100));
      for (const { name } of page) readIn(transaction, name);
      const last = page.at(-1);
      return {
        documents: page.map((document) => masked(document, mask)),
        ...(last && last !== all.at(-1) && { nextPageToken: Buffer.from(last.name).toString("base64url") }),
      };
    },

    createDocument({ parent, collectionId, documentId, document = {}, mask }) {
      const name = `${parent}/${collectionId}/${documentId || newId()}`;
      const update = { ...document, name };
      commitWrites([{ update, currentDocument: { exists: false } }]);
      return masked(store.get(name), mask);
    },

    updateDocument({ document, updateMask, currentDocument, mask }) {
      commitWrites([{ update: document, updateMask, currentDocument }]);
      return masked(store.get(document.name), mask);
    },

    deleteDocument({ name, currentDocument }) {
      commitWrites([{ delete: name, currentDocument }]);
      return {};
    },

    beginTransaction({ options }) {
      return { transaction: begin(options) };
    },

    commit({ writes = [], transaction }) {
      if (transaction) settle(transaction);
      return commitWrites(writes);
    },

    rollback({ transaction }) {
      transactions.delete(transaction);
      return {};
    },

    /** Each write by itself, with a status of its own. */
    batchWrite({ writes = [] }) {
      const answers = writes.map((write) => {
        try {
          return { result: commitWrites([write]).writeResults[0], status: {} };
        } catch (error) {
          if (!(error instanceof Status)) throw error;
          return { result: {}, status: { code: error.grpc, message: error.message } };
        }
      });
      return {
        writeResults: answers.map(({ result }) => result),
        status: answers.map(({ status }) => status),
      };
    },

    runQuery({ parent, structuredQuery, transaction, newTransaction, explainOptions }) {
      if (explainOptions) throw unimplemented("explain");
      const [id, opening] = open(transaction, newTransaction);
      const found = queryIn(id, parent, structuredQuery);
      const readTime = store.now();
      const answers = found.map((document) => ({ document, readTime }));
      return [...opening, ...(answers.length > 0 ? answers : [{ readTime }])];
    },

    runAggregationQuery({ parent, structuredAggregationQuery, transaction, newTransaction, explainOptions }) {
      if (explainOptions) throw unimplemented("explain");
      const [id, opening] = open(transaction, newTransaction);
      const { structuredQuery, aggregations = [] } = structuredAggregationQuery;
      const found = queryIn(id, parent, structuredQuery);
      const result = { aggregateFields: aggregate(found, aggregations) };
      return [...opening, { result, readTime: store.now() }];
    },

    listCollectionIds({ parent }) {
      const names = [...store.all()].map(({ name }) => name).filter((name) => name.startsWith(`${parent}/`));
      return {
        collectionIds: [...new Set(names.map((name) => name.slice(parent.length + 1).split("/")[0]))].sort(),
      };
    },
  };

  function commitWrites(writes) {
    const now = store.now();
    const changes = new Map();
    const read = (name) => (changes.has(name) ? (changes.get(name) ?? undefined) : store.get(name));
    const writeResults = writes.map((write) => {
      const { name, document, results } = perform(write, read, now);
      if (document === null ? store.get(name) || changes.has(name) : document) changes.set(name, document);
      return {
        ...(document && { updateTime: now }),
        ...(results.length > 0 && { transformResults: results }),
      };
    });
    store.commit(changes);
    return { writeResults, commitTime: now };
  }

  function begin(options) {
    if (transactions.size >= MOST_TRANSACTIONS) transactions.delete(transactions.keys().next().value);
    const id = randomBytes(12).toString("base64");
    transactions.set(id, { readOnly: options?.readOnly !== undefined, documents: new Map(), queries: [] });
    return id;
  }

  /** A read may begin a transaction; then the first answer says which. */
  function open(transaction, options) {
    if (!options) return [transaction, []];
    const id = begin(options);
    return [id, [{ transaction: id }]];
  }

  function known(transaction) {
    const found = transactions.get(transaction);
    if (!found) throw invalid("the transaction is not there, or no longer");
    return found;
  }

  function readIn(transaction, name) {
    const document = store.get(name);
    if (transaction) known(transaction).documents.set(name, document?.updateTime);
    return document;
  }

  function queryIn(transaction, parent, query) {
    if (!query) throw invalid("a query without structuredQuery");
    const found = runQuery(store.all(), parent, query);
    if (transaction) known(transaction).queries.push({ parent, query, found });
    return found;
  }

  /** Ends it; what it read must be as it was. */
  function settle(transaction) {
    const { documents, queries } = known(transaction);
    transactions.delete(transaction);
    const changed =
      [...documents].some(([name, time]) => !isSameTime(store.get(name)?.updateTime, time)) ||
      queries.some(({ parent, query, found }) => !isSame(runQuery(store.all(), parent, query), found));
    if (changed) throw new Status("ABORTED", "what the transaction read has changed since; try again");
  }
}

/** Twenty letters and digits, as Google's clients make them. */
const newId = () =>
  randomBytes(30)
    .toString("base64")
    .replaceAll(/[^A-Za-z0-9]/g, "")
    .slice(0, 20);

const isSameTime = (a, b) => (a && b ? compareTimes(a, b) === 0 : a === b);

const isSame = (now, then) =>
  now.length === then.length &&
  now.every(
    ({ name, updateTime }, index) =>
      name === then[index].name && isSameTime(updateTime, then[index].updateTime),
  );

function isIn(name, parent, collectionId) {
  if (!name.startsWith(`${parent}/`)) return false;
  const below = name.slice(parent.length + 1).split("/");
  return below.length === 2 && (!collectionId || below[0] === collectionId);
}

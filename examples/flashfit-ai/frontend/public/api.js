/** The API as the page uses it. Every failure is an Error whose message can be shown. */
const TOKEN = "flashfit-token";
let token = localStorage.getItem(TOKEN);

async function call(path, { method = "GET", json, body } = {}) {
  const headers = {};
  if (token) headers.authorization = `Bearer ${token}`;
  if (json) headers["content-type"] = "application/json";
  let answer;
  try {
    answer = await fetch(`/api${path}`, { method, headers, body: json ? JSON.stringify(json) : body });
  } catch {
    throw new Error("The server does not answer. Is it still starting?");
  }
  if (answer.status === 429) throw new Error("That was a lot at once. Please wait a minute and try again.");
  if (!answer.ok) throw Object.assign(new Error(await reason(answer)), { status: answer.status });
  return answer.status === 204 ? undefined : answer.json();
}

async function reason(answer) {
  const text = await answer.text();
  try {
    const { detail } = JSON.parse(text);
    return typeof detail === "string" ? detail : detail.map(({ msg }) => msg).join("; ");
  } catch {
    return `The server answered ${answer.status}.`;
  }
}

/** The user of the kept token, or a new guest. */
export async function signIn() {
  if (token) {
    try {
      return (await call("/session")).user;
    } catch (error) {
      if (error.status !== 401) throw error;
      token = null;
    }
  }
  const session = await call("/session", { method: "POST", json: { name: "Guest" } });
  token = session.token;
  localStorage.setItem(TOKEN, token);
  return session.user;
}

export const catalogue = (limit) => call(`/items?limit=${limit}`);
export const indexState = () => call("/faiss");
export const byItem = (itemId) => call("/recommend", { method: "POST", json: { itemId, k: 12 } });
export const judge = (recommendationId, itemId, liked) =>
  call("/feedback", { method: "POST", json: { recommendationId, itemId, liked } });
export const wardrobe = () => call("/wardrobe");
export const keep = (itemId) => call("/wardrobe", { method: "POST", json: { itemId } });
export const wear = (piece, worn) => call(`/wardrobe/${piece}`, { method: "PATCH", json: { worn } });
export const discard = (piece) => call(`/wardrobe/${piece}`, { method: "DELETE" });

export function byPicture(file) {
  const form = new FormData();
  form.set("image", file);
  form.set("k", "12");
  return call("/recommend", { method: "POST", body: form });
}

/** The answer as it comes: calls `on.answer`, then `on.word` for each word, then resolves. */
export async function byText(text, on) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const answer = await fetch(`/api/stream?k=12&text=${encodeURIComponent(text)}`, { headers });
  if (answer.status === 429) throw new Error("That was a lot at once. Please wait a minute and try again.");
  if (!answer.ok) throw new Error(await reason(answer));
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const blocks = (rest + part.value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const kind = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (kind && data) on[kind]?.(JSON.parse(data));
    }
  }
}

/** Live activity; the browser reconnects by itself. */
export function activity(on) {
  const source = new EventSource("/api/stream");
  for (const kind of ["hello", "heartbeat", "activity"]) {
    source.addEventListener(kind, (event) => on.event(kind, JSON.parse(event.data)));
  }
  source.onerror = () => on.lost();
  return source;
}

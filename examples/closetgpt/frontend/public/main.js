/** Signs in with the issuer, keeps the token for this page only, and talks to the API. */
const said = document.getElementById("said");
const { apiKey, identity } = await (await fetch("/api/config")).json();
let token;

on("sign-in", async (form, submitter) => {
  const { email, password } = Object.fromEntries(new FormData(form));
  const url = `${identity}/v1/accounts:${submitter.value}?key=${encodeURIComponent(apiKey)}`;
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password, returnSecureToken: true }),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error?.message ?? body.detail);
  token = body.idToken;
  form.hidden = true;
  document.getElementById("closet").hidden = false;
  await showPieces();
});

on("add", async (form) => {
  const { photo, ...piece } = Object.fromEntries(new FormData(form));
  const { id } = await ask("POST", "/api/closet", piece);
  if (photo.size > 0) {
    const { upload } = await ask("POST", `/api/closet/${id}/photo`);
    const sent = await fetch(upload, { method: "PUT", body: photo });
    if (!sent.ok) throw new Error(`the photo was not taken: ${sent.status}`);
  }
  form.reset();
  await showPieces();
});

on("wish", async (form) => {
  const { occasion, city } = Object.fromEntries(new FormData(form));
  const { words } = await ask("POST", "/api/outfits", { occasion, ...(city && { city }) });
  said.textContent = words;
});

function on(id, work) {
  const form = document.getElementById(id);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "";
    await work(form, event.submitter).catch((error) => {
      said.textContent = error.message;
    });
  });
}

async function ask(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const value = text === "" ? {} : JSON.parse(text);
  if (!answer.ok) throw new Error(value.detail ?? value.message ?? answer.statusText);
  return value;
}

async function showPieces() {
  const { pieces } = await ask("GET", "/api/closet");
  const items = await Promise.all(pieces.map(item));
  document.getElementById("pieces").replaceChildren(...items);
}

async function item({ id, name, kind, colour, photo }) {
  const entry = document.createElement("li");
  entry.textContent = `${name}, ${colour} ${kind}`;
  if (photo) {
    const { see } = await ask("POST", `/api/closet/${id}/photo`);
    const image = document.createElement("img");
    Object.assign(image, { src: see, alt: name, width: 96 });
    entry.prepend(image);
  }
  return entry;
}

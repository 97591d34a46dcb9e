/** The page: what the user does, and what is shown for it. */
import * as api from "./api.js";
import { garment } from "./garments.js";

const $ = (id) => document.getElementById(id);
const IDEAS = ["red dress", "navy wool coat", "white sneakers", "striped cotton shirt", "green silk scarf"];
const ENCODERS = { clip: "CLIP", blip: "BLIP", fashion: "Fashion" };
const price = new Intl.NumberFormat("en", { style: "currency", currency: "USD", maximumFractionDigits: 0 });

function make(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== false && value !== undefined) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== undefined));
  return node;
}

/** Runs what a click asks for, and shows what went wrong. */
async function attempt(work) {
  $("error").hidden = true;
  document.body.toggleAttribute("data-busy", true);
  try {
    await work();
  } catch (error) {
    $("error").textContent = error.message;
    $("error").hidden = false;
  } finally {
    document.body.toggleAttribute("data-busy", false);
  }
}

// ------------------------------------------------------------------------------------------- results

function showAnswer(found) {
  $("results-title").textContent = `Close to “${found.query}”`;
  const cache = { hit: "embedding from the cache", miss: "embedding made now", bypass: "without cache" }[
    found.cache
  ];
  $("facts").textContent =
    `${found.neighbours.length} of the index in ${found.tookMs} ms, ${cache}${found.personal ? ", to your taste" : ""}`;
  $("cards").replaceChildren(...found.neighbours.map((item) => card(item, found.id)));
  showBlend(found.weights);
}

function card(item, recommendation) {
  const verdict = (liked, label, sign) =>
    make(
      "button",
      {
        type: "button",
        class: "verdict",
        "aria-label": `${label}: ${item.title}`,
        "aria-pressed": "false",
        onclick: (event) => judge(event.currentTarget, recommendation, item, liked),
      },
      sign,
    );
  return make(
    "li",
    { class: "card" },
    make(
      "div",
      { class: "picture" },
      garment(item),
      item.score && make("span", { class: "score" }, `${Math.round(item.score * 100)}%`),
    ),
    make("h3", {}, item.title),
    make("p", { class: "small" }, `${price.format(item.priceCents / 100)} · ${item.season} · ${item.style}`),
    make(
      "div",
      { class: "actions" },
      recommendation && verdict(true, "I like this", "♥"),
      recommendation && verdict(false, "Not for me", "✕"),
      make("button", { type: "button", onclick: () => attempt(() => similar(item)) }, "Similar"),
      make("button", { type: "button", onclick: () => attempt(() => keep(item)) }, "Keep"),
    ),
  );
}

async function similar(item) {
  $("sentence").textContent = "";
  showAnswer(await api.byItem(item.id));
  $("results").focus();
}

async function judge(button, recommendation, item, liked) {
  await attempt(async () => {
    const answer = await api.judge(recommendation, item.id, liked);
    for (const other of button.parentElement.querySelectorAll(".verdict")) other.disabled = true;
    button.setAttribute("aria-pressed", "true");
    if (answer.weights) showBlend(answer.weights);
    await showUser();
  });
}

function showBlend(weights) {
  $("blend-hint").hidden = true;
  const rows = Object.entries(weights).flatMap(([name, share]) => [
    make("dt", {}, ENCODERS[name]),
    make(
      "dd",
      {},
      make("meter", { min: 0, max: 1, value: share, "aria-label": `${ENCODERS[name]} share` }),
      ` ${Math.round(share * 100)}%`,
    ),
  ]);
  $("blend").replaceChildren(...rows);
}

async function ask(text) {
  $("sentence").textContent = "";
  await api.byText(text, {
    answer: showAnswer,
    word: ({ word }) => $("sentence").append(word),
  });
}

// ------------------------------------------------------------------------------------------ wardrobe

async function keep(item) {
  await api.keep(item.id);
  await showWardrobe();
}

async function showWardrobe() {
  const { pieces } = await api.wardrobe();
  const rows = pieces.map((piece) =>
    make(
      "li",
      {},
      garment(piece),
      make("span", { class: "name" }, piece.title, make("small", {}, `worn ${piece.worn} ×`)),
      make(
        "button",
        {
          type: "button",
          "aria-label": `Wore ${piece.title}`,
          onclick: () =>
            attempt(async () => {
              await api.wear(piece.id, piece.worn + 1);
              await showWardrobe();
            }),
        },
        "+1",
      ),
      make(
        "button",
        {
          type: "button",
          "aria-label": `Remove ${piece.title}`,
          onclick: () =>
            attempt(async () => {
              await api.discard(piece.id);
              await showWardrobe();
            }),
        },
        "✕",
      ),
    ),
  );
  $("wardrobe").replaceChildren(
    ...(rows.length ? rows : [make("li", { class: "empty" }, "Keep a piece and it hangs here.")]),
  );
}

// --------------------------------------------------------------------------------- live, index, user

function showActivity() {
  api.activity({
    event(kind, data) {
      $("dot").dataset.state = "on";
      $("live-state").textContent =
        `Connected; last event ${Math.max(0, Date.now() - data.at)} ms after it happened`;
      if (kind !== "activity") return;
      const time = new Date(data.at).toLocaleTimeString("en", { hour12: false });
      const text =
        data.what === "feedback"
          ? `a ${data.liked ? "like" : "dislike"} moved the blend`
          : `${data.source} → ${data.best}`;
      $("live").prepend(make("li", {}, make("time", {}, time), ` ${text}`));
      while ($("live").children.length > 6) $("live").lastChild.remove();
    },
    lost() {
      $("dot").dataset.state = "off";
      $("live-state").textContent = "Connection lost, trying again…";
    },
  });
}

async function showIndex() {
  const state = await api.indexState();
  const facts = {
    Vectors: state.count,
    Dimensions: state.dimensions,
    Search: `${state.searchMs} ms`,
    Age: age(state.ageSeconds),
    Version: state.version.split("-")[1],
  };
  $("index").replaceChildren(
    ...Object.entries(facts).flatMap(([name, value]) => [
      make("dt", {}, name),
      make("dd", {}, String(value)),
    ]),
  );
}

function age(seconds) {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

async function showUser() {
  const user = await api.signIn();
  const verdicts = (user.likes ?? 0) + (user.dislikes ?? 0);
  $("who").textContent = verdicts
    ? `${user.name}, ${verdicts} verdict${verdicts === 1 ? "" : "s"} so far`
    : `Hello, ${user.name}`;
}

function listen() {
  $("wish").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(() => ask($("text").value));
  });
  $("image").addEventListener("change", () => {
    const [file] = $("image").files;
    if (!file) return;
    $("sentence").textContent = "";
    attempt(async () => showAnswer(await api.byPicture(file)));
    $("image").value = "";
  });
  const idea = (text) =>
    make(
      "li",
      {},
      make(
        "button",
        {
          type: "button",
          onclick: () => {
            $("text").value = text;
            attempt(() => ask(text));
          },
        },
        text,
      ),
    );
  $("ideas").replaceChildren(...IDEAS.map(idea));
}

listen();
attempt(async () => {
  await showUser();
  const { items } = await api.catalogue(100);
  $("cards").replaceChildren(...items.filter((_, at) => at % 9 === 0).map((item) => card(item)));
  await Promise.all([showWardrobe(), showIndex()]);
  showActivity();
  document.body.toggleAttribute("data-ready", true);
});
